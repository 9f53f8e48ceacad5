import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
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
  const navigate = useNavigate();
  const refusal = useRefusal()('window.write');
  return (
    <ActionButton
      variant="filled"
      icon={IconPlus}
      refusal={refusal}
      onClick={() => void navigate({ to: paths.newWindow })}
    >
      New window
    </ActionButton>
  );
}
