import type { ApiToken } from '@patchbay/contracts/api-token';
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
import { Ago, When } from '../../ui/time.tsx';
import { openNewToken } from './new-token-dialog.tsx';

const statuses: Readonly<Record<ApiToken['status'], Shown>> = {
  valid: { tone: 'on', label: 'Valid' },
  expired: { tone: 'off', label: 'Expired' },
  revoked: { tone: 'stopped', label: 'Revoked' },
};

const columns: readonly Column<ApiToken>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(12rem, 2fr)',
    text: ({ name }) => name,
  },
  {
    id: 'status',
    header: 'Status',
    width: '8rem',
    cell: ({ status }) => <Status shown={statuses[status]} />,
    text: ({ status }) => statuses[status].label,
  },
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
  {
    id: 'created',
    header: 'Created',
    width: '10rem',
    cell: ({ createdAt }) => <When at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
  {
    id: 'by',
    header: 'By',
    width: 'minmax(8rem, 1fr)',
    text: ({ createdBy }) => createdBy,
  },
];

/** The tokens with which programs use the API (S-03). */
export function ApiTokensPage() {
  const refusal = useRefusal()('apiToken.write');
  const revoke = useRevoke<ApiToken>('api-tokens', ({ name }) => `“${name}” is revoked.`);
  const list = useMemo<ListDefinition<ApiToken>>(
    () => ({
      things: 'API tokens',
      noun: 'api-tokens',
      path: '/api-tokens',
      columns,
      rowId: ({ id }) => id,
      rowActions: (token) => [
        {
          label: `Revoke ${token.name}`,
          icon: IconBan,
          refusal:
            refusal ??
            (token.status === 'valid' ? null : `it is ${statuses[token.status].label.toLowerCase()}`),
          onClick: () =>
            confirm({
              title: `Revoke “${token.name}”?`,
              touches: 'Whatever uses it is refused from this moment on. It cannot be made valid again.',
              action: 'Revoke',
              dangerous: true,
              onConfirm: () => revoke(token),
            }),
        },
      ],
      empty: (
        <Nothing title="No API tokens">
          A program that is to use the API needs one: make it with “New token”.
        </Nothing>
      ),
    }),
    [refusal, revoke],
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
