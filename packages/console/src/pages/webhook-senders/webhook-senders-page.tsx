import type { WebhookSender } from '@patchbay/contracts/webhook-sender';
import { IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { type IssuedKind, issueColumns, useRevocation, validityColumn } from '../../forms/revocation.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Ago } from '../../ui/time.tsx';
import { openNewSender } from './new-sender-dialog.tsx';

const kind: IssuedKind<WebhookSender> = {
  noun: 'webhook-senders',
  one: 'the webhook sender',
  nameOf: ({ name }) => name,
  statuses: {
    valid: { tone: 'on', label: 'Valid' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'What it sends is refused from this moment on. What it has decided stays as it is.',
};

const columns: readonly Column<WebhookSender>[] = [
  {
    id: 'name',
    header: 'Name',
    width: 'minmax(12rem, 2fr)',
    text: ({ name }) => name,
  },
  validityColumn(kind),
  {
    id: 'used',
    header: 'Last used',
    width: '9rem',
    cell: ({ lastUsedAt }) => <Ago at={lastUsedAt} none="never" />,
    text: ({ lastUsedAt }) => lastUsedAt ?? '',
  },
  ...issueColumns,
];

/** The systems that approve and reject plans by signed webhooks (P-09). */
export function WebhookSendersPage() {
  const refusal = useRefusal()('webhookSender.write');
  const revocation = useRevocation(kind, refusal);
  const list = useMemo<ListDefinition<WebhookSender>>(
    () => ({
      things: 'webhook senders',
      noun: 'webhook-senders',
      path: '/webhook-senders',
      columns,
      rowId: ({ id }) => id,
      rowActions: (one) => [revocation(one)],
      empty: (
        <Nothing title="No webhook senders">
          An ITSM system that is to approve plans needs one: make it with “New sender”.
        </Nothing>
      ),
    }),
    [revocation],
  );
  return (
    <Page
      title="Webhook senders"
      description="An ITSM system approves and rejects plans by webhooks that it signs with the secret of its sender."
      fixed
      actions={
        <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={openNewSender}>
          New sender
        </ActionButton>
      }
    >
      <DataList list={list} />
    </Page>
  );
}
