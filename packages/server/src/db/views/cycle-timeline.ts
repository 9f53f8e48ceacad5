import type { CycleTimeline, RunPlaces } from '@patchbay/contracts/cycle-timeline';
import type { Queryable } from '../queryable.ts';

/** A move of runs from one place to another, within one step of time; null: they were queued. */
interface Move {
  readonly step: number;
  readonly before: keyof RunPlaces | null;
  readonly place: keyof RunPlaces;
  readonly runs: number;
}

const nobody: RunPlaces = {
  queued: 0,
  task: 0,
  prePatching: 0,
  patch: 0,
  postPatching: 0,
  afterReboot: 0,
  awaitingUser: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  cancelled: 0,
  missedWindow: 0,
  skipped: 0,
};

// Each run enters a phase with its first activity there, waits for its user when an Interactive Reboot asks, and ends.
// $1 cycle, $2 begin, $3 length of a step in seconds.
const moves = `with r as materialized (
    select id, finished_at, result from runs where cycle = $1
  ), entered as (
    select a.run, a.phase as place, min(a.created_at) as at, 0 as last
    from activities a join r on r.id = a.run group by a.run, a.phase
    union all
    select a.run, 'awaitingUser', min(a.finished_at), 0 from activities a join r on r.id = a.run
    where a.kind = 'interactiveReboot' and a.outcome ->> 'kind' = 'userAsked' group by a.run
    union all
    select id, result, finished_at, 1 from r where finished_at is not null
  ), moved as (
    select place, lag(place) over course as before,
      max(greatest(0, ceil(extract(epoch from at - $2) / $3))::int) over course as step
    from entered window course as (partition by run order by last, at)
  )
  select step, before, place, count(*)::int as runs from moved group by step, before, place order by step`;

/**
 * The course of a cycle's runs in `steps` steps from its opening to `to`, by what was written down of its activities
 * (P-14): one walk over them, however many steps there are.
 */
export async function cycleTimeline(
  db: Queryable,
  cycle: number,
  {
    from,
    to,
    total,
    steps,
  }: { readonly from: Date; readonly to: Date; readonly total: number; readonly steps: number },
): Promise<CycleTimeline> {
  const stepMs = Math.max(1, (to.getTime() - from.getTime()) / steps);
  const { rows } = await db.query<Move>(moves, [cycle, from, stepMs / 1000]);
  const runs = { ...nobody, queued: total };
  const points: CycleTimeline['points'] = [];
  let next = 0;
  for (let step = 0; step <= steps; step += 1) {
    for (
      let move = rows[next];
      move !== undefined && (move.step <= step || step === steps);
      move = rows[next]
    ) {
      runs[move.before ?? 'queued'] -= move.runs;
      runs[move.place] += move.runs;
      next += 1;
    }
    points.push({ at: new Date(from.getTime() + step * stepMs).toISOString(), runs: { ...runs } });
  }
  return { from: from.toISOString(), to: points.at(-1)?.at ?? to.toISOString(), total, points };
}
