import type { ApiToken } from '@patchbay/contracts/api-token';
import { type IssuedKind, IssuedListPage, issueColumns, validityColumn } from '../../forms/issued-list.tsx';
import { agoColumn, timeColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { openNewToken } from './new-token-dialog.tsx';

const kind: IssuedKind<ApiToken> = {
  noun: 'api-tokens',
  things: 'API tokens',
  one: 'the API token',
  permission: 'apiToken.write',
  nameOf: ({ name }) => name,
  statuses: {
    valid: { tone: 'on', label: 'Valid' },
    expired: { tone: 'off', label: 'Expired' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'Whatever uses it is refused from this moment on. It cannot be made valid again.',
};

const columns: readonly Column<ApiToken>[] = [
  { id: 'name', header: 'Name', width: 'minmax(12rem, 2fr)', text: ({ name }) => name },
  validityColumn(kind),
  { id: 'role', header: 'Role', width: '9rem', text: ({ role }) => role },
  agoColumn({
    id: 'used',
    header: 'Last used',
    width: '9rem',
    at: ({ lastUsedAt }) => lastUsedAt,
    none: 'never',
  }),
  timeColumn({
    id: 'expires',
    header: 'Expires',
    width: '10rem',
    at: ({ expiresAt }) => expiresAt,
    none: 'never',
  }),
  ...issueColumns,
];

const empty = (
  <Nothing title="No API tokens">
    A program that is to use the API needs one: make it with “New token”.
  </Nothing>
);

/** The tokens with which programs use the API (S-03). */
export function ApiTokensPage() {
  return (
    <IssuedListPage
      kind={kind}
      title="API tokens"
      description="With a token a program may do what the token’s role includes, without a password."
      columns={columns}
      empty={empty}
      make="New token"
      onMake={openNewToken}
    />
  );
}
