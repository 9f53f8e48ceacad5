import type { Cycle } from '@patchbay/contracts/cycle';
import type { RolloutProgress } from '@patchbay/contracts/plan-progress';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { Page } from '../../ui/page.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';
import { cycleShown } from '../../ui/statuses.ts';
import { TabNav } from '../../ui/tab-nav.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Took, When } from '../../ui/time.tsx';
import { CountBar } from './count-bar.tsx';
import { CycleActions } from './cycle-actions.tsx';
import { cycleTitle } from './cycle-title.ts';
import { Phases } from './phases.tsx';
import { UnsentReports } from './report-mails.tsx';
import { Waves } from './waves.tsx';

const wavesInSight = 6;

/** The cycle whose page this is; its pages read the same. */
export function useCycleQuery() {
  const { id } = useParams({ strict: false }) as { id: string };
  return useQuery(thingQuery<Cycle>('cycles', `/cycles/${part(id)}`));
}

/** One cycle: how its runs go, in waves where it has them (P-14). */
export function CyclePage() {
  const query = useCycleQuery();
  return <Thing query={query}>{(cycle) => <CycleView cycle={cycle} />}</Thing>;
}

function CycleView({ cycle }: { readonly cycle: Cycle }) {
  const { id, plan, runs, rollout, openedAt, openedBy, finishedAt } = cycle;
  const shown = standing(cycle);
  return (
    <Page
      title={cycleTitle(cycle)}
      mark={<Status shown={shown} large />}
      description={
        <>
          Cycle #{id}
          {plan !== null && (
            <>
              {' of the plan '}
              <Linked link={plan} path={paths.plan} />
            </>
          )}
          , opened <When at={openedAt} /> by {openedBy} · <Took from={openedAt} to={finishedAt} />
          {rollout?.deadlineAt && finishedAt === null && (
            <>
              {' '}
              · ends at the latest <When at={rollout.deadlineAt} />
            </>
          )}
        </>
      }
      trail={[{ label: 'Cycles', to: paths.cycles }]}
      actions={<CycleActions cycle={cycle} />}
      fixed
    >
      <section
        className="surface section cycle-progress"
        aria-label="How its runs go"
        // With many waves it scrolls by itself, also with the keyboard.
        {...((rollout?.waves.length ?? 0) > wavesInSight ? { tabIndex: 0 } : {})}
      >
        <CountBar runs={runs} legend list={paths.cycle(id)} />
        {rollout !== null && finishedAt === null && <Phases runs={runs} phases={rollout.phases} />}
        {rollout !== null && finishedAt === null && <Held rollout={rollout} />}
        {rollout !== null && <Waves rollout={rollout} />}
        {plan !== null && <UnsentReports id={id} />}
      </section>
      {rollout !== null && (
        <TabNav
          label="Pages of this cycle"
          tabs={[
            { to: paths.cycle(id), label: 'Runs' },
            { to: paths.cycleStory(id), label: 'What happened' },
          ]}
        />
      )}
      <Outlet />
    </Page>
  );
}

/** Why what is queued does not start (P-14). */
function Held({ rollout }: { readonly rollout: RolloutProgress }) {
  const words = rollout.held.map(({ runs, why }) => `${runs.toLocaleString()} ${why}`).join(', ');
  return words === '' ? null : <p className="cycle-held quiet">Of those queued: {words}.</p>;
}

function standing(cycle: Cycle): Shown {
  return cycle.rollout?.status === 'halted' ? { tone: 'warn', label: 'Halted' } : cycleShown(cycle);
}
