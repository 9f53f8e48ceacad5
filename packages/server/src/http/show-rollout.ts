import type { Cycle } from '@patchbay/contracts/cycle';
import type { WaveProgress } from '@patchbay/contracts/plan-progress';
import type { CycleState, WaveCounts } from '@patchbay/domain/rollout/cycle-state';
import { gateVerdict } from '@patchbay/domain/rollout/gate';
import { holds, holdWords } from '@patchbay/domain/rollout/hold';
import { readCycleClock } from '../cycle/cycle-clock.ts';
import { heldRuns } from '../cycle/held-runs.ts';
import { type CycleRollout, findRollout, wavesOpenedAt } from '../db/cycle-rollouts.ts';
import { countPhases, countWaves } from '../db/cycle-runs.ts';
import type { Queryable } from '../db/queryable.ts';

/** How a cycle goes over its endpoints, with what each gate comes to now (P-08, P-14); null without a rollout. */
export async function showRollout(db: Queryable, cycle: number, at: number): Promise<Cycle['rollout']> {
  const rollout = await findRollout(db, cycle);
  if (rollout === null) return null;
  const { definition, state } = rollout;
  const counts = await countWaves(db, cycle, definition.waves.length);
  const opened = await wavesOpenedAt(db, cycle);
  const clock = await readCycleClock(db, cycle, at, at);
  const { held } = await heldRuns(db, cycle, state, clock.open(at));
  return {
    status: state.status,
    ending: state.status === 'ending' || state.status === 'finished' ? state.ending : null,
    reason: state.status === 'halted' ? state.reason : null,
    deadlineAt: definition.deadlineAt === null ? null : new Date(definition.deadlineAt).toISOString(),
    waves: counts.map((wave, index) => ({
      name: definition.waves[index]?.name ?? '',
      open: index < state.openWaves,
      openedAt: opened[index]?.toISOString() ?? null,
      counts: wave,
      gate: gateOf(rollout, index, wave, at),
    })),
    phases: await countPhases(db, cycle),
    held: holds.flatMap((reason) =>
      held[reason] > 0 ? [{ reason, runs: held[reason], why: holdWords[reason].many }] : [],
    ),
  };
}

/** Only the gate behind the last open wave is still judged; those before it have passed. */
function gateOf(
  { definition, state }: CycleRollout,
  wave: number,
  counts: WaveCounts,
  at: number,
): WaveProgress['gate'] {
  const isLast = wave === definition.waves.length - 1;
  if (isLast || wave >= state.openWaves) return null;
  if (wave < state.openWaves - 1) return { state: 'passed', why: 'the next wave is open', until: null };
  const verdict = gateVerdict(definition.waves[wave]?.gate ?? null, counts, progressOf(state, at));
  const until = verdict.kind === 'soaking' ? new Date(verdict.until).toISOString() : null;
  return { state: verdict.kind, why: verdict.why, until };
}

function progressOf({ soakSince, approvedBy }: CycleState, at: number) {
  return { at, soakSince, approvedBy };
}
