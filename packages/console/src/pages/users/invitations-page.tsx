import type { Invitation } from '@patchbay/contracts/invitation';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { type IssuedKind, issueColumns, useRevocation, validityColumn } from '../../forms/revocation.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';
import { UsersFrame } from './users-frame.tsx';

const kind: IssuedKind<Invitation> = {
  noun: 'invitations',
  one: 'the invitation',
  nameOf: () => null,
  statuses: {
    valid: { tone: 'on', label: 'Waits' },
    used: { tone: 'good', label: 'Used' },
    expired: { tone: 'off', label: 'Expired' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'Its link becomes useless at once. Nobody who has used it before is touched.',
};

const columns: readonly Column<Invitation>[] = [
  {
    id: 'role',
    header: 'Role',
    width: 'minmax(9rem, 1fr)',
    text: ({ role }) => role,
  },
  validityColumn(kind),
  {
    id: 'expires',
    header: 'Valid until',
    width: 'minmax(9rem, 1fr)',
    cell: ({ expiresAt }) => <When at={expiresAt} />,
    text: ({ expiresAt }) => expiresAt,
  },
  ...issueColumns,
];

/** The links with which people may become users (S-01). */
export function InvitationsPage() {
  const refusal = useRefusal()('user.write');
  const revocation = useRevocation(kind, refusal);
  const list = useMemo<ListDefinition<Invitation>>(
    () => ({
      things: 'invitations',
      noun: 'invitations',
      path: '/invitations',
      columns,
      rowId: ({ id }) => id,
      rowActions: (one) => [revocation(one)],
      empty: (
        <Nothing title="No invitations yet">
          “Invite” makes a link with which somebody becomes a user.
        </Nothing>
      ),
    }),
    [revocation],
  );
  return (
    <UsersFrame>
      <DataList list={list} />
    </UsersFrame>
  );
}
