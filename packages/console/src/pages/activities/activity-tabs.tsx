import { paths } from '../../paths.ts';
import { TabNav } from '../../ui/tab-nav.tsx';

/** What ran, and what is going to. */
export function ActivityTabs() {
  return (
    <TabNav
      label="Activities and what is scheduled"
      tabs={[
        { to: paths.activities, label: 'Activities' },
        { to: paths.scheduled, label: 'Scheduled' },
      ]}
    />
  );
}
