import type { Invitation } from '@patchbay/contracts/invitation';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { useRevoke } from '../../forms/use-revoke.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';
import { openInvite } from './invite-dialog.tsx';
import { UserTabs } from './user-tabs.tsx';

const statuses: Readonly<Record<Invitation['status'], Shown>> = {
  valid: { tone: 'on', label: 'Waits' },
  used: { tone: 'good', label: 'Used' },
  expired: { tone: 'off', label: 'Expired' },
  revoked: { tone: 'stopped', label: 'Revoked' },
};

const columns: readonly Column<Invitation>[] = [
  {
    id: 'role',
    header: 'Role',
    width: 'minmax(9rem, 1fr)',
    text: ({ role }) => role,
  },
  {
    id: 'status',
    header: 'Status',
    width: '9rem',
    cell: ({ status }) => <Status shown={statuses[status]} />,
    text: ({ status }) => statuses[status].label,
  },
  {
    id: 'expires',
    header: 'Valid until',
    width: 'minmax(9rem, 1fr)',
    cell: ({ expiresAt }) => <When at={expiresAt} />,
    text: ({ expiresAt }) => expiresAt,
  },
  {
    id: 'created',
    header: 'Made',
    width: 'minmax(9rem, 1fr)',
    cell: ({ createdAt }) => <When at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
  {
    id: 'by',
    header: 'By',
    width: 'minmax(9rem, 1fr)',
    text: ({ createdBy }) => createdBy,
  },
];

/** The links with which people may become users (S-01). */
export function InvitationsPage() {
  const refusal = useRefusal()('user.write');
  const revoke = useRevoke<Invitation>('invitations', () => 'The invitation is revoked.');
  const list = useMemo<ListDefinition<Invitation>>(
    () => ({
      things: 'invitations',
      noun: 'invitations',
      path: '/invitations',
      columns,
      rowId: ({ id }) => id,
      rowActions: (invitation) => [
        {
          label: `Revoke the invitation as ${invitation.role}`,
          icon: IconBan,
          refusal:
            refusal ??
            (invitation.status === 'valid'
              ? null
              : `it is ${statuses[invitation.status].label.toLowerCase()}`),
          onClick: () =>
            confirm({
              title: 'Revoke the invitation?',
              touches: 'Its link becomes useless at once. Nobody who has used it before is touched.',
              action: 'Revoke',
              dangerous: true,
              onConfirm: () => revoke(invitation),
            }),
        },
      ],
      empty: (
        <Nothing title="No invitations yet">
          “Invite” makes a link with which somebody becomes a user.
        </Nothing>
      ),
    }),
    [refusal, revoke],
  );
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
      <UserTabs />
      <DataList list={list} />
    </Page>
  );
}
