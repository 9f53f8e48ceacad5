import type { Invitation } from '@patchbay/contracts/invitation';
import { type IssuedKind, IssuedList, issueColumns, validityColumn } from '../../forms/issued-list.tsx';
import { timeColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { UsersFrame } from './users-frame.tsx';

const kind: IssuedKind<Invitation> = {
  noun: 'invitations',
  things: 'invitations',
  one: 'the invitation',
  permission: 'user.write',
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
  { id: 'role', header: 'Role', width: 'minmax(9rem, 1fr)', text: ({ role }) => role },
  validityColumn(kind),
  timeColumn({
    id: 'expires',
    header: 'Valid until',
    width: 'minmax(9rem, 1fr)',
    at: ({ expiresAt }) => expiresAt,
  }),
  ...issueColumns,
];

const empty = (
  <Nothing title="No invitations yet">“Invite” makes a link with which somebody becomes a user.</Nothing>
);

/** The links with which people may become users (S-01). */
export function InvitationsPage() {
  return (
    <UsersFrame>
      <IssuedList kind={kind} columns={columns} empty={empty} />
    </UsersFrame>
  );
}
