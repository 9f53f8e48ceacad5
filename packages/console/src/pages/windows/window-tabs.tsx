import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { NewThing } from '../../ui/new-thing.tsx';
import { TabNav } from '../../ui/tab-nav.tsx';

/** The windows one by one, and all of them in a calendar. */
export function WindowTabs() {
  return (
    <TabNav
      label="Maintenance windows and their calendar"
      tabs={[
        { to: paths.windows, label: 'List' },
        { to: paths.windowCalendar, label: 'Calendar' },
      ]}
    />
  );
}

/** Leads to a new window. */
export function NewWindowButton() {
  const refusal = useRefusal()('window.write');
  return <NewThing label="New window" to={paths.newWindow} refusal={refusal} />;
}
