import { paths } from '../../paths.ts';
import { TabNav } from '../../ui/tab-nav.tsx';

/** Those who can sign in, and those who may become so. */
export function UserTabs() {
  return (
    <TabNav
      label="Users and invitations"
      tabs={[
        { to: paths.users, label: 'Users' },
        { to: paths.invitations, label: 'Invitations' },
      ]}
    />
  );
}
