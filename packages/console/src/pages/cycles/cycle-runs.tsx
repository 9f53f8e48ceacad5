import type { RunSummary } from '@patchbay/contracts/run';
import { useMemo } from 'react';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { runFacets, runsOfCycle } from '../runs/run-columns.tsx';
import { useCycleQuery } from './cycle-page.tsx';

/** The runs of a cycle, however many: each leads to its own page (P-14). */
export function CycleRuns() {
  const { data: cycle } = useCycleQuery();
  const id = cycle?.id ?? 0;
  const list = useMemo<ListDefinition<RunSummary>>(
    () => ({
      things: 'runs',
      noun: 'runs',
      path: '/runs',
      query: { cycle: id },
      columns: runsOfCycle,
      facets: runFacets,
      sorted: 'urgency',
      rowId: (run) => String(run.id),
      rowPath: (run) => paths.run(run.id),
      empty: <Nothing title="No runs">No endpoint was chosen, or none of its operating system.</Nothing>,
    }),
    [id],
  );
  return cycle === undefined ? null : <DataList list={list} />;
}
