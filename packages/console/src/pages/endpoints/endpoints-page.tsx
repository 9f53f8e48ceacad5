import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import { IconPlus } from '@tabler/icons-react';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { agoColumn, statusColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Os, osOptions } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Status, StatusMark } from '../../ui/status-mark.tsx';
import { endpointStatuses, healthStates } from '../../ui/statuses.ts';
import { Tags } from './tags.tsx';
import { tagsText } from './tags-text.ts';

const columns: readonly Column<EndpointSummary>[] = [
  {
    id: 'name',
    header: 'Name',
    sort: { by: 'name' },
    width: 'minmax(11rem, 1.6fr)',
    text: ({ name }) => name,
  },
  statusColumn({
    id: 'status',
    header: 'Status',
    width: '8rem',
    shown: ({ status }) => endpointStatuses[status],
  }),
  {
    id: 'health',
    header: 'Health',
    width: '7rem',
    cell: ({ health }) =>
      health === null ? <span className="quiet">–</span> : <Status shown={healthStates[health]} />,
    text: ({ health }) => (health === null ? '' : healthStates[health].label),
  },
  {
    id: 'os',
    header: 'Operating system',
    width: 'minmax(12.5rem, 1.2fr)',
    cell: ({ os, osName, osVersion }) => <Os os={os}>{`${osName} ${osVersion}`}</Os>,
    text: ({ osName, osVersion }) => `${osName} ${osVersion}`,
  },
  {
    id: 'patches',
    header: 'Patches',
    width: '8rem',
    cell: ({ applicablePatches, securityPatches }) => (
      <PatchCount all={applicablePatches} security={securityPatches} />
    ),
    text: ({ applicablePatches }) => String(applicablePatches ?? ''),
  },
  {
    id: 'security',
    header: 'Security patches',
    width: '8rem',
    optional: true,
    align: 'end',
    cell: ({ securityPatches }) => securityPatches ?? '–',
    text: ({ securityPatches }) => String(securityPatches ?? ''),
  },
  {
    id: 'reboot',
    header: 'Reboot',
    width: '7rem',
    cell: ({ rebootNeeded, pendingReboot }) =>
      pendingReboot !== null ? (
        <StatusMark tone="warn">Pending</StatusMark>
      ) : rebootNeeded === true ? (
        <StatusMark tone="warn">Needed</StatusMark>
      ) : (
        <span className="quiet">–</span>
      ),
    text: ({ rebootNeeded, pendingReboot }) =>
      pendingReboot !== null ? 'pending' : rebootNeeded === true ? 'needed' : '',
  },
  agoColumn({
    id: 'seen',
    header: 'Last seen',
    width: '6.5rem',
    optional: true,
    at: ({ lastSeenAt }) => lastSeenAt,
    none: 'never',
  }),
  {
    id: 'tags',
    header: 'Tags',
    width: 'minmax(9rem, 1.2fr)',
    cell: ({ tags }) => <Tags tags={tags} most={1} />,
    text: ({ tags }) => tagsText(tags),
  },
  { id: 'agent', header: 'Agent', width: '6rem', optional: true, text: ({ agentVersion }) => agentVersion },
];

const list: ListDefinition<EndpointSummary> = {
  things: 'endpoints',
  noun: 'endpoints',
  path: '/endpoints',
  sorted: 'name',
  columns,
  facets: [
    { id: 'os', label: 'Operating system', options: osOptions },
    {
      id: 'status',
      label: 'Status',
      options: Object.entries(endpointStatuses).map(([value, { label }]) => ({ value, label })),
    },
    {
      id: 'health',
      label: 'Health',
      options: [
        ...Object.entries(healthStates).map(([value, { label }]) => ({ value, label })),
        { value: 'unknown', label: 'Not checked yet' },
      ],
    },
    {
      id: 'pendingReboot',
      label: 'Pending reboot',
      options: [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No' },
      ],
    },
  ],
  searchIn: 'name',
  rowId: ({ id }) => id,
  rowPath: ({ id }) => paths.endpoint(id),
  empty: (
    <Nothing title="No endpoints yet" action={<AddEndpoints variant="filled" />}>
      A machine becomes one with a single command, which “Add endpoints” makes. It appears here at once.
    </Nothing>
  ),
};

/** All managed machines. */
export function EndpointsPage() {
  return (
    <Page title="Endpoints" fixed actions={<AddEndpoints variant="default" />}>
      <DataList list={list} />
    </Page>
  );
}

function AddEndpoints({ variant }: { readonly variant: 'default' | 'filled' }) {
  const refusal = useRefusal()('enrolmentToken.write');
  return (
    <ActionButton
      variant={variant}
      icon={IconPlus}
      refusal={refusal}
      onClick={() =>
        void import('../enrolment/new-enrolment-dialog.tsx').then((loaded) => loaded.openNewEnrolment())
      }
    >
      Add endpoints
    </ActionButton>
  );
}

function PatchCount({ all, security }: { readonly all: number | null; readonly security: number | null }) {
  if (all === null) return <span className="quiet">not scanned yet</span>;
  if (all === 0) return <StatusMark tone="good">None</StatusMark>;
  return (
    <span className="figures">
      {all}
      {security !== null && security > 0 && <span className="status-warn"> · {security} security</span>}
    </span>
  );
}
