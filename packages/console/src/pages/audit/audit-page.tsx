import type { AuditEntry } from '@patchbay/contracts/audit';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { fullTime } from '../../ui/instant.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';

const columns: readonly Column<AuditEntry>[] = [
  {
    id: 'at',
    header: 'When',
    width: '12.5rem',
    cell: ({ at }) => (
      <time dateTime={at} className="figures">
        {fullTime(at)}
      </time>
    ),
    text: ({ at }) => at,
  },
  { id: 'actor', header: 'Who', width: 'minmax(8rem, 1fr)', text: ({ actor }) => actor },
  {
    id: 'action',
    header: 'Did what',
    width: 'minmax(9rem, 1fr)',
    cell: ({ action }) => <span className="code">{action}</span>,
    text: ({ action }) => action,
  },
  {
    id: 'object',
    header: 'To what',
    width: 'minmax(11rem, 1.6fr)',
    cell: (entry) => <span title={entry.objectId}>{objectText(entry)}</span>,
    text: objectText,
  },
  {
    id: 'details',
    header: 'Particulars',
    width: 'minmax(10rem, 1.8fr)',
    cell: (entry) => <span title={detailsText(entry)}>{detailsText(entry) || '–'}</span>,
    text: detailsText,
  },
  {
    id: 'address',
    header: 'From',
    width: 'minmax(7rem, 0.8fr)',
    cell: ({ address }) => address ?? <span className="quiet">the server itself</span>,
    text: ({ address }) => address ?? '',
  },
  {
    id: 'correlation',
    header: 'Correlation id',
    width: 'minmax(10rem, 1fr)',
    optional: true,
    cell: ({ correlationId }) => <span className="code">{correlationId ?? '–'}</span>,
    text: ({ correlationId }) => correlationId ?? '',
  },
];

const list: ListDefinition<AuditEntry> = {
  things: 'entries',
  noun: 'audit',
  path: '/audit',
  columns,
  facets: [
    {
      id: 'action',
      label: 'Action',
      options: [
        'user.signIn',
        'user.signInRefused',
        'user.create',
        'script.create',
        'script.edit',
        'script.delete',
        'task.create',
        'task.edit',
        'task.delete',
        'task.run',
        'workflow.create',
        'workflow.edit',
        'workflow.setDefault',
        'workflow.delete',
        'plan.activate',
        'cycle.cancel',
        'run.cancel',
        'run.resume',
        'endpoint.revoke',
        'setting.write',
        'apiToken.create',
        'apiToken.revoke',
      ].map((value) => ({ value, label: value })),
    },
  ],
  rowId: ({ id }) => String(id),
  empty: (
    <Nothing title="Nothing has been done yet">
      Everything that somebody changes is written down here.
    </Nothing>
  ),
};

/** Who did what, to what, from where (O-09). */
export function AuditPage() {
  return (
    <Page title="Audit" description="Who did what, to what, from where; nothing here can be changed." fixed>
      <DataList list={list} />
    </Page>
  );
}

function objectText({ objectKind, objectId, details }: AuditEntry): string {
  return `${objectKind} ${details['name'] ?? objectId}`;
}

function detailsText({ details }: AuditEntry): string {
  return Object.entries(details)
    .filter(([name]) => name !== 'name')
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
