import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { TabNav } from '../../ui/tab-nav.tsx';
import { openInvite } from './invite-dialog.tsx';

/** The page of those who can sign in, and of those who may become so. */
export function UsersFrame({ children }: { readonly children: ReactNode }) {
  const refusal = useRefusal()('user.write');
  return (
    <Page
      title="Users and roles"
      description="Who can sign in, and what they may do. People choose their own name and password."
      fixed
      actions={
        <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={openInvite}>
          Invite
        </ActionButton>
      }
    >
      <TabNav
        label="Users and invitations"
        tabs={[
          { to: paths.users, label: 'Users' },
          { to: paths.invitations, label: 'Invitations' },
        ]}
      />
      {children}
    </Page>
  );
}
