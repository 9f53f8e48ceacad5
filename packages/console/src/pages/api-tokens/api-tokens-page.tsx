import type { ApiToken } from '@patchbay/contracts/api-token';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { type IssuedKind, issueColumns, useRevocation, validityColumn } from '../../forms/revocation.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Ago, When } from '../../ui/time.tsx';
import { openNewToken } from './new-token-dialog.tsx';

const kind: IssuedKind<ApiToken> = {
  noun: 'api-tokens',
  one: 'the API token',
  nameOf: ({ name }) => name,
  statuses: {
    valid: { tone: 'on', label: 'Valid' },
    expired: { tone: 'off', label: 'Expired' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'Whatever uses it is refused from this moment on. It cannot be made valid again.',
};

const columns: readonly Column<ApiToken>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(12rem, 2fr)',
    text: ({ name }) => name,
  },
  validityColumn(kind),
  { id: 'role', header: 'Role', width: '9rem', text: ({ role }) => role },
  {
    id: 'used',
    header: 'Last used',
    width: '9rem',
    cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} none="never" />,
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
  },
  {
    id: 'expires',
    header: 'Expires',
    width: '10rem',
    cell: ({ expiresAt }) => <When at={expiresAt} none="never" />,
    text: ({ expiresAt }) => expiresAt ?? '',
  },
  ...issueColumns,
];

/** The tokens with which programs use the API (S-03). */
export function ApiTokensPage() {
  const refusal = useRefusal()('apiToken.write');
  const revocation = useRevocation(kind, refusal);
  const list = useMemo<ListDefinition<ApiToken>>(
    () => ({
      things: 'API tokens',
      noun: 'api-tokens',
      path: '/api-tokens',
      columns,
      rowId: ({ id }) => id,
      rowActions: (one) => [revocation(one)],
      empty: (
        <Nothing title="No API tokens">
          A program that is to use the API needs one: make it with “New token”.
        </Nothing>
      ),
    }),
    [revocation],
  );
  return (
    <Page
      title="API tokens"
      description="With a token a program may do what the token’s role includes, without a password."
      fixed
      actions={
        <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={openNewToken}>
          New token
        </ActionButton>
      }
    >
      <DataList list={list} />
    </Page>
  );
}
