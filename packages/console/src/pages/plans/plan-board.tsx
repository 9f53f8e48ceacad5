import { Skeleton, TextInput } from '@mantine/core';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Plan } from '@patchbay/contracts/plan';
import { boardColumns, type PlanStatus } from '@patchbay/domain/plan/state';
import { IconCalendarEvent, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { useListAddress } from '../../ui/data-list/list-address.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';
import { CountBar, countsText } from '../cycles/count-bar.tsx';
import { patchesInWords, planStatusesShown, statusSentence } from './plan-words.ts';
import './plan-board.css';

/** What is told of at once when it happens in a cycle; an approval by somebody else is seen this much later. */
const readAgainMs = 10_000;
/** More cards than these nobody reads: the search narrows them. */
const mostCards = 500;

/** The plans as cards in four columns (P-12). */
export function PlanBoard() {
  const address = useListAddress([], undefined);
  const search = address.search.trim();
  const plans = useQuery({
    ...thingQuery<ListPage<Plan>>('plans', '/plans', { search, limit: mostCards }),
    placeholderData: keepPreviousData,
    refetchInterval: readAgainMs,
  });
  const cycles = useQuery(thingQuery<ListPage<Cycle>>('cycles', '/cycles', { kind: 'plan', limit: 200 }));
  const cycleOf = new Map(cycles.data?.items.map((cycle) => [cycle.id, cycle]));
  const { data } = plans;
  return (
    <>
      <div className="board-bar">
        <TextInput
          type="search"
          aria-label="Search plans by name"
          placeholder="Search in name"
          leftSection={<IconSearch size={16} aria-hidden="true" />}
          value={address.search}
          onChange={({ currentTarget }) => address.change({ search: currentTarget.value })}
        />
        {data?.nextCursor && <span className="quiet">Only {mostCards} of them are shown: search.</span>}
      </div>
      {plans.isError && <ProblemView error={plans.error} retry={() => void plans.refetch()} />}
      {data === undefined ? (
        !plans.isError && <Skeleton height={260} />
      ) : data.items.length === 0 ? (
        <div className="surface">
          {search === '' ? (
            <Nothing title="No plans yet">
              A plan says which patches go where, with which workflow, when, and in which waves. Make the
              first one with “New plan”.
            </Nothing>
          ) : (
            <Nothing title="No plans match">Change the search.</Nothing>
          )}
        </div>
      ) : (
        <div className="board">
          {Object.entries(boardColumns).map(([title, statuses]) => (
            <Column
              key={title}
              title={title}
              plans={data.items.filter(({ progress }) =>
                (statuses as readonly PlanStatus[]).includes(progress.status),
              )}
              cycleOf={cycleOf}
            />
          ))}
        </div>
      )}
    </>
  );
}

function Column({
  title,
  plans,
  cycleOf,
}: {
  readonly title: string;
  readonly plans: readonly Plan[];
  readonly cycleOf: ReadonlyMap<number, Cycle>;
}) {
  return (
    <section className="board-column" aria-label={title}>
      <h2 className="board-title">
        {title} <span className="quiet figures">{plans.length}</span>
      </h2>
      {plans.length === 0 ? (
        <p className="board-empty quiet">No plan</p>
      ) : (
        <ul className="board-cards">
          {plans.map((plan) => (
            <li key={plan.id}>
              <PlanCard
                plan={plan}
                cycle={plan.lastCycle === null ? null : (cycleOf.get(plan.lastCycle) ?? null)}
              />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function PlanCard({ plan, cycle }: { readonly plan: Plan; readonly cycle: Cycle | null }) {
  const { id, name, progress, patches } = plan;
  const shown = planStatusesShown[progress.status];
  const until = progress.waitsFor?.at ?? null;
  return (
    <article className="surface plan-card">
      <RouterLink to={paths.plan(id)} className="plan-card-name">
        {name}
      </RouterLink>
      <div className="plan-card-status">
        <Status shown={shown} />
        {until !== null && (
          <span className="quiet plan-card-next">
            <IconCalendarEvent size={14} aria-hidden="true" /> <When at={until} />
          </span>
        )}
      </div>
      <p className="plan-card-words quiet">{statusSentence(plan)}</p>
      {cycle === null ? (
        <p className="plan-card-words quiet">{patchesInWords(patches)}</p>
      ) : (
        <div className="plan-card-cycle">
          <CountBar runs={cycle.runs} />
          <RouterLink to={paths.cycle(cycle.id)} size="sm">
            {cycle.mode === 'rehearsal' ? 'Rehearsal' : 'Cycle'} #{cycle.id}
          </RouterLink>
          <span className="quiet"> {countsText(cycle.runs)}</span>
        </div>
      )}
    </article>
  );
}
