import type { User } from '@patchbay/contracts/user';
import { IconBan, IconKey, IconLockOpen, IconUserCog } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal, useSession } from '../../api/session.ts';
import { agoColumn, timeColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { openRoleChange } from './role-dialog.tsx';
import { useUserDeeds } from './user-deeds.tsx';
import { UsersFrame } from './users-frame.tsx';

const columns: readonly Column<User>[] = [
  { id: 'name', header: 'Name', width: 'minmax(10rem, 1.2fr)', text: ({ name }) => name },
  {
    id: 'called',
    header: 'Display name',
    width: 'minmax(11rem, 1.6fr)',
    text: ({ displayName }) => displayName,
  },
  { id: 'role', header: 'Role', width: '9rem', text: ({ role }) => role },
  {
    id: 'status',
    header: 'Status',
    width: '8rem',
    cell: ({ status }) =>
      status === 'active' ? (
        <StatusMark tone="on">Active</StatusMark>
      ) : (
        <StatusMark tone="stopped">Disabled</StatusMark>
      ),
    text: ({ status }) => status,
  },
  agoColumn({
    id: 'signedIn',
    header: 'Last sign-in',
    width: '8rem',
    at: ({ lastSignInAt }) => lastSignInAt,
    none: 'never',
  }),
  timeColumn({ id: 'created', header: 'Since', width: '9rem', at: ({ createdAt }) => createdAt }),
];

/** Who can sign in, and what they may do (S-02). */
export function UsersPage() {
  const refusal = useRefusal()('user.write');
  const { name: own } = useSession();
  const { disable, enable, makeResetLink } = useUserDeeds();
  const list = useMemo<ListDefinition<User>>(
    () => ({
      things: 'users',
      noun: 'users',
      path: '/users',
      columns,
      rowId: ({ id }) => id,
      rowActions: (user) => [
        {
          label: `Change the role of ${user.name}`,
          icon: IconUserCog,
          refusal,
          onClick: () => openRoleChange(user),
        },
        {
          label: `Make a link for a new password of ${user.name}`,
          icon: IconKey,
          refusal: refusal ?? (user.status === 'disabled' ? 'the user is disabled' : null),
          onClick: () => makeResetLink(user),
        },
        user.status === 'active'
          ? {
              label: `Disable ${user.name}`,
              icon: IconBan,
              refusal: refusal ?? (user.name === own ? 'it is you; another administrator can do it' : null),
              onClick: () => disable(user),
            }
          : {
              label: `Enable ${user.name}`,
              icon: IconLockOpen,
              refusal,
              onClick: () => enable(user),
            },
      ],
      empty: <Nothing title="No users yet">“Invite” makes a link with which somebody becomes one.</Nothing>,
    }),
    [refusal, own, disable, enable, makeResetLink],
  );
  return (
    <UsersFrame>
      <DataList list={list} />
    </UsersFrame>
  );
}
