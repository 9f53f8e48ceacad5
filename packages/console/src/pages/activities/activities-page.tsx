import type { ActivitySummary } from '@patchbay/contracts/activity';
import { paths } from '../../paths.ts';
import { statusColumn, timeColumn, tookColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Linked } from '../../ui/linked.tsx';
import { Page } from '../../ui/page.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing } from '../../ui/section.tsx';
import { activityStatuses, phaseNames } from '../../ui/statuses.ts';
import { ActivityTabs } from './activity-tabs.tsx';

const columns: readonly Column<ActivitySummary>[] = [
  { id: 'name', header: 'Activity', width: 'minmax(11rem, 1.6fr)', text: ({ name }) => name },
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: 'minmax(9rem, 1.3fr)',
    cell: ({ endpoint }) => (
      <span title={endpoint.name}>
        <Linked link={endpoint} path={paths.endpoint} />
      </span>
    ),
    text: ({ endpoint }) => endpoint.name,
  },
  statusColumn({
    id: 'status',
    header: 'Status',
    width: 'minmax(7.5rem, 0.7fr)',
    shown: ({ status }) => activityStatuses[status],
  }),
  {
    id: 'exit',
    header: 'Exit code',
    width: '5rem',
    align: 'end',
    cell: ({ exitCode }) => <span className="figures">{exitCode ?? '–'}</span>,
    text: ({ exitCode }) => String(exitCode ?? ''),
  },
  {
    id: 'of',
    header: 'Plan, cycle',
    width: 'minmax(8.5rem, 1.2fr)',
    cell: ({ plan, cycle }) => (
      <RouterLink to={paths.cycle(cycle)} size="sm" tabIndex={-1}>
        {plan?.name ?? 'Run Task'} <span className="quiet">#{cycle}</span>
      </RouterLink>
    ),
    text: ({ plan, cycle }) => `${plan?.name ?? 'Run Task'} #${cycle}`,
  },
  { id: 'phase', header: 'Phase', width: '7rem', text: ({ phase }) => phaseNames[phase] },
  timeColumn({
    id: 'started',
    header: 'Started',
    // By run, which is by time of opening.
    sort: { by: 'run', first: 'down' },
    width: '7.5rem',
    at: ({ startedAt }) => startedAt,
    none: 'not yet',
  }),
  tookColumn('5.5rem', ({ startedAt, finishedAt }) => ({ from: startedAt, to: finishedAt })),
  {
    id: 'by',
    header: 'Started by',
    width: 'minmax(7rem, 0.8fr)',
    optional: true,
    text: ({ startedBy }) => startedBy,
  },
  {
    id: 'attempt',
    header: 'Attempt',
    width: '5rem',
    optional: true,
    align: 'end',
    cell: ({ attempt }) => attempt,
    text: ({ attempt }) => String(attempt),
  },
];

const list: ListDefinition<ActivitySummary> = {
  things: 'activities',
  noun: 'activities',
  path: '/activities',
  sorted: '-run',
  searchIn: 'task or endpoint',
  columns,
  facets: [
    {
      id: 'status',
      label: 'Status',
      options: Object.entries(activityStatuses).map(([value, { label }]) => ({ value, label })),
    },
  ],
  exportPath: '/activities/export',
  rowId: ({ id }) => id,
  rowPath: ({ id }) => paths.activity(id),
  empty: (
    <Nothing title="No activities yet">
      Each execution of a task, and each patch operation, appears here as soon as a run begins it.
    </Nothing>
  ),
};

/** What ran on endpoints (O-01). */
export function ActivitiesPage() {
  return (
    <Page title="Activities" fixed>
      <ActivityTabs />
      <DataList list={list} />
    </Page>
  );
}
