import type { Cycle } from '@patchbay/contracts/cycle';
import type { RunSummary } from '@patchbay/contracts/run';
import { IconBan } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { ListDefinition } from '../../ui/data-list/list-definition.ts';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { cycleShown } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { Took, When } from '../../ui/time.tsx';
import { runFacets, runsOfCycle } from '../runs/run-columns.tsx';
import { CountBar } from './count-bar.tsx';
import { cycleTitle } from './cycle-title.ts';

/** One cycle: how its runs go. */
export function CyclePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(thingQuery<Cycle>('cycles', `/cycles/${part(id)}`));
  return <Thing query={query}>{(cycle) => <CycleView cycle={cycle} />}</Thing>;
}

function CycleView({ cycle }: { readonly cycle: Cycle }) {
  const { id, runs, openedAt, openedBy, finishedAt } = cycle;
  const shown = cycleShown(cycle);
  const list = useMemo<ListDefinition<RunSummary>>(
    () => ({
      things: 'runs',
      noun: 'runs',
      path: '/runs',
      query: { cycle: id },
      columns: runsOfCycle,
      facets: runFacets,
      rowId: (run) => String(run.id),
      rowPath: (run) => paths.run(run.id),
      empty: <Nothing title="No runs">No endpoint was chosen, or none of its operating system.</Nothing>,
    }),
    [id],
  );
  return (
    <Page
      title={cycleTitle(cycle)}
      mark={
        <StatusMark tone={shown.tone} large>
          {shown.label}
        </StatusMark>
      }
      description={
        <>
          Cycle #{id}, opened <When at={openedAt} /> by {openedBy} · <Took from={openedAt} to={finishedAt} />
        </>
      }
      trail={[{ label: 'Cycles', to: paths.cycles }]}
      actions={<CancelCycle cycle={cycle} />}
      fixed
    >
      <section className="surface section" aria-label="How its runs go">
        <CountBar runs={runs} legend />
      </section>
      <DataList list={list} />
    </Page>
  );
}

function CancelCycle({ cycle }: { readonly cycle: Cycle }) {
  const { id, status, runs } = cycle;
  const refusal = useRefusal();
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => send<Cycle>('POST', `/cycles/${id}/cancel`, {}),
    onSuccess: async () => {
      notifyDone(`Cycle #${id} is being cancelled.`);
      await Promise.all(
        ['cycles', 'runs'].map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })),
      );
    },
    onError: notifyProblem,
  });
  if (status === 'finished') return null;
  const now = status === 'cancelling' ? 'It is being cancelled already.' : refusal('cycle.cancel');
  return (
    <ActionButton
      leftSection={<IconBan size={16} />}
      refusal={now}
      loading={cancel.isPending}
      onClick={() =>
        confirm({
          title: `Cancel ${runs.queued + runs.running} runs?`,
          touches: (
            <>
              {runs.queued} queued runs end at once. On {runs.running} endpoints the script that runs is asked
              to stop; a patch operation under way is never cut, and no further step starts. What has finished
              stays as it is.
            </>
          ),
          action: 'Cancel the cycle',
          dangerous: true,
          onConfirm: () => cancel.mutate(),
        })
      }
    >
      Cancel
    </ActionButton>
  );
}
