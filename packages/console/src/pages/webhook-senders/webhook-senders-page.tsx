import type { WebhookSender } from '@patchbay/contracts/webhook-sender';
import { type IssuedKind, IssuedListPage, issueColumns, validityColumn } from '../../forms/issued-list.tsx';
import { agoColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { openNewSender } from './new-sender-dialog.tsx';

const kind: IssuedKind<WebhookSender> = {
  noun: 'webhook-senders',
  things: 'webhook senders',
  one: 'the webhook sender',
  permission: 'webhookSender.write',
  nameOf: ({ name }) => name,
  statuses: {
    valid: { tone: 'on', label: 'Valid' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'What it sends is refused from this moment on. What it has decided stays as it is.',
};

const columns: readonly Column<WebhookSender>[] = [
  { id: 'name', header: 'Name', width: 'minmax(12rem, 2fr)', text: ({ name }) => name },
  validityColumn(kind),
  agoColumn({
    id: 'used',
    header: 'Last used',
    width: '9rem',
    at: ({ lastUsedAt }) => lastUsedAt,
    none: 'never',
  }),
  ...issueColumns,
];

const empty = (
  <Nothing title="No webhook senders">
    An ITSM system that is to approve plans needs one: make it with “New sender”.
  </Nothing>
);

/** The systems that approve and reject plans by signed webhooks (P-09). */
export function WebhookSendersPage() {
  return (
    <IssuedListPage
      kind={kind}
      title="Webhook senders"
      description="An ITSM system approves and rejects plans by webhooks that it signs with the secret of its sender."
      columns={columns}
      empty={empty}
      make="New sender"
      onMake={openNewSender}
    />
  );
}
