import { Code } from '@mantine/core';
import type { Cycle } from '@patchbay/contracts/cycle';
import { paths } from '../../paths.ts';
import { countColumn, statusColumn, timeColumn, tookColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { cycleShown } from '../../ui/statuses.ts';
import { CountBar, countsText } from './count-bar.tsx';
import { cycleTitle } from './cycle-title.ts';

const columns: readonly Column<Cycle>[] = [
  { id: 'cycle', header: 'Cycle', width: 'minmax(12rem, 1.8fr)', cell: cycleTitle, text: cycleTitle },
  {
    id: 'number',
    header: 'Number',
    width: '5rem',
    cell: ({ id }) => <span className="figures quiet">#{id}</span>,
    text: ({ id }) => String(id),
  },
  statusColumn({
    id: 'result',
    header: 'Result',
    width: 'minmax(8rem, 0.8fr)',
    shown: (cycle) => cycleShown(cycle),
  }),
  countColumn({ id: 'runs', header: 'Runs', width: '5rem', count: ({ runs }) => runs.total }),
  {
    id: 'counts',
    header: 'How they went',
    width: 'minmax(9rem, 1.4fr)',
    cell: ({ runs }) => <CountBar runs={runs} />,
    text: ({ runs }) => countsText(runs),
  },
  timeColumn({ id: 'opened', header: 'Opened', width: '9rem', at: ({ openedAt }) => openedAt }),
  tookColumn('7rem', ({ openedAt, finishedAt }) => ({ from: openedAt, to: finishedAt })),
  { id: 'by', header: 'By', width: 'minmax(7rem, 0.8fr)', text: ({ openedBy }) => openedBy },
];

const list: ListDefinition<Cycle> = {
  things: 'cycles',
  noun: 'cycles',
  path: '/cycles',
  columns,
  facets: [
    {
      id: 'status',
      label: 'Status',
      options: [
        { value: 'running', label: 'Running' },
        { value: 'cancelling', label: 'Cancelling' },
        { value: 'finished', label: 'Finished' },
      ],
    },
    {
      id: 'kind',
      label: 'Kind',
      options: [
        { value: 'plan', label: 'Plan' },
        { value: 'task', label: 'Run Task' },
      ],
    },
  ],
  rowId: ({ id }) => String(id),
  rowPath: ({ id }) => paths.cycle(id),
  empty: (
    <Nothing title="No cycles yet">
      A cycle opens when a plan is activated (<Code>patchbay plan activate</Code>) or a task is run on
      endpoints.
    </Nothing>
  ),
};

/** Executions of plans and of Run Tasks. */
export function CyclesPage() {
  return (
    <Page title="Cycles" description="Each execution of a plan, and each Run Task." fixed>
      <DataList list={list} />
    </Page>
  );
}
