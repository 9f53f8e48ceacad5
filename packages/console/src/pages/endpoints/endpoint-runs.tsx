import type { RunSummary } from '@patchbay/contracts/run';
import { useMemo } from 'react';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { runFacets, runsOfEndpoint } from '../runs/run-columns.tsx';
import { useEndpointQuery } from './endpoint-frame.tsx';

/** Everything that was done on an endpoint. */
export function EndpointRuns() {
  const { data: endpoint } = useEndpointQuery();
  const id = endpoint?.id ?? '';
  const list = useMemo<ListDefinition<RunSummary>>(
    () => ({
      things: 'runs',
      noun: 'runs',
      path: '/runs',
      query: { endpoint: id },
      columns: runsOfEndpoint,
      facets: runFacets,
      rowId: (run) => String(run.id),
      rowPath: (run) => paths.run(run.id),
      empty: (
        <Nothing title="No runs yet">
          A run appears when a plan’s cycle or a Run Task reaches this endpoint.
        </Nothing>
      ),
    }),
    [id],
  );
  return endpoint === undefined ? null : <DataList list={list} />;
}
