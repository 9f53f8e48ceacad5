import type { RunSummary } from '@patchbay/contracts/run';
import { sentence } from '../../forms/field-errors.ts';
import { paths } from '../../paths.ts';
import { statusColumn, timeColumn, tookColumn } from '../../ui/data-list/columns.tsx';
import type { Column, Facet } from '../../ui/data-list/list-definition.ts';
import { Os } from '../../ui/os.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { runResults, runShown, runStatuses } from '../../ui/statuses.ts';
import { unstarted } from './run-words.ts';

const result: Column<RunSummary> = statusColumn({
  id: 'result',
  header: 'Result',
  width: 'minmax(9rem, 0.9fr)',
  shown: runShown,
});
const resultByUrgency: Column<RunSummary> = { ...result, sort: { by: 'urgency' } };
const reason: Column<RunSummary> = {
  id: 'reason',
  header: 'Where, why',
  width: 'minmax(12rem, 2.4fr)',
  text: (run) => reasonOf(run),
};
const started = timeColumn<RunSummary>({
  id: 'started',
  header: 'Started',
  width: '9rem',
  at: ({ startedAt }) => startedAt,
  none: unstarted,
});
const took: Column<RunSummary> = tookColumn('7rem', ({ startedAt, finishedAt }) => ({
  from: startedAt,
  to: finishedAt,
}));

/** The runs of one cycle: an endpoint a row. */
export const runsOfCycle: readonly Column<RunSummary>[] = [
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: 'minmax(11rem, 1.6fr)',
    text: ({ endpoint }) => endpoint.name,
  },
  resultByUrgency,
  reason,
  {
    id: 'os',
    header: 'Operating system',
    width: '8rem',
    optional: true,
    cell: ({ os }) => <Os os={os} />,
    text: ({ os }) => os,
  },
  started,
  took,
];

/** The runs of one endpoint: a cycle a row. */
export const runsOfEndpoint: readonly Column<RunSummary>[] = [
  { id: 'run', header: 'Run', width: '5rem', cell: ({ id }) => `#${id}`, text: ({ id }) => String(id) },
  {
    id: 'plan',
    header: 'Of',
    width: 'minmax(10rem, 1.3fr)',
    cell: ({ plan, cycle, mode }) => (
      <RouterLink to={paths.cycle(cycle)} size="sm" tabIndex={-1}>
        {plan?.name ?? 'Run Task'}
        {mode === 'rehearsal' ? ' (rehearsal)' : ''}
      </RouterLink>
    ),
    text: ({ plan }) => plan?.name ?? 'Run Task',
  },
  result,
  reason,
  started,
  took,
];

/** What runs can be filtered by. */
export const runFacets: readonly Facet[] = [
  {
    id: 'result',
    label: 'Result',
    options: Object.entries(runResults).map(([value, { label }]) => ({ value, label })),
  },
  {
    id: 'status',
    label: 'Status',
    options: Object.entries(runStatuses).map(([value, { label }]) => ({ value, label })),
  },
];

function reasonOf({ reason: why, held, step, status }: RunSummary): string {
  if (why !== null) return sentence(why);
  if (held !== null) return sentence(held.why);
  return step === null || status === 'queued' ? '' : `at “${step.name}”`;
}
