import { rolloutEntries } from '@patchbay/domain/log/cycle-entries';
import { passedOverReason } from '@patchbay/domain/rollout/candidate';
import type {
  CycleCommand,
  CycleEvent,
  CycleState,
  ObservedWave,
} from '@patchbay/domain/rollout/cycle-state';
import { type CycleDecision, decideCycle } from '@patchbay/domain/rollout/decide';
import { absentMs } from '@patchbay/domain/rollout/hold';
import { cancelledBy, markCancelled, uncancelledRuns } from '../db/cycle-cancellation.ts';
import { type CycleRollout, holdRollout, insertOpenWave, saveRollout } from '../db/cycle-rollouts.ts';
import {
  admitRuns,
  exemptRuns,
  letRunsGoOn,
  type OpenTimetable,
  observeWaves,
  queuedRuns,
  runsBeforePatching,
  takeBackAll,
  takeBackLate,
} from '../db/cycle-runs.ts';
import { finishCycle } from '../db/cycles.ts';
import { insertLogEntries } from '../db/log-entries.ts';
import type { Transaction } from '../db/pool.ts';
import { queueReportMails } from '../db/report-mails.ts';
import type { AfterMove } from '../plan/plan-shell.ts';
import { type CycleClock, readCycleClock } from './cycle-clock.ts';
import type { EventForRun } from './run-events.ts';

/** What a move of a cycle came to. */
export interface MovedCycle {
  readonly rollout: CycleRollout;
  readonly decision: CycleDecision;
  /** The counts that were decided on. */
  readonly waves: readonly ObservedWave[];
  readonly clock: CycleClock;
  readonly after: AfterMove;
}

/**
 * Hands an event to a cycle that rolls out, with the counts of this moment, and carries out what is decided (P-08).
 * Null when there is no such cycle; with `pass` also while another node is at it.
 */
export async function moveCycle(
  tx: Transaction,
  cycle: number,
  held: 'wait' | 'pass',
  at: number,
  eventOf: (waves: readonly ObservedWave[]) => CycleEvent,
): Promise<MovedCycle | null> {
  const rollout = await holdRollout(tx, cycle, held);
  if (rollout === null) return null;
  const { definition, state } = rollout;
  const clock = await readCycleClock(tx, cycle, rollout.openedAt.getTime(), at);
  const open = clock.open(at);
  await takeBackLate(tx, cycle, open, new Date(at - absentMs));
  const { maximumConcurrent, waves: planned } = definition;
  const waves = await observeWaves(tx, cycle, planned.length, open, state.openWaves, maximumConcurrent);
  const event = eventOf(waves);
  const decision = decideCycle(definition, state, event);
  if (decision.kind === 'accepted') await carryOut(tx, rollout, decision, event, open);
  const next = decision.kind === 'accepted' ? decision.state : state;
  const tell = [
    ...(await exempt(tx, rollout, at)),
    ...(await windowsEnded(tx, rollout, clock, at)),
    ...(await toEnd(tx, rollout, next, clock, at)),
  ];
  const wake =
    decision.kind === 'accepted' &&
    decision.commands.some(({ kind }) => kind === 'admit' || kind === 'letGoOn');
  return { rollout, decision, waves, clock, after: { tell, wake } };
}

async function carryOut(
  tx: Transaction,
  rollout: CycleRollout,
  { state, commands, notes }: Extract<CycleDecision, { kind: 'accepted' }>,
  event: CycleEvent,
  open: readonly OpenTimetable[],
): Promise<void> {
  const at = new Date(event.at);
  if (state !== rollout.state) await saveRollout(tx, rollout, state, event, notes);
  if (state.status !== 'running') await takeBackAll(tx, rollout.id);
  for (const command of commands) await carryOutCommand(tx, rollout.id, command, open, at);
  await insertLogEntries(tx, rolloutEntries(rollout, commands, event.at));
}

async function carryOutCommand(
  tx: Transaction,
  cycle: number,
  command: CycleCommand,
  open: readonly OpenTimetable[],
  at: Date,
): Promise<void> {
  switch (command.kind) {
    case 'admit':
      return admitRuns(tx, { cycle, ...command }, open, at);
    case 'letGoOn':
      return letRunsGoOn(tx, { cycle, ...command }, at);
    case 'finish':
      await finishCycle(tx, cycle, at);
      return queueReportMails(tx, cycle, at);
    case 'openWave':
      return insertOpenWave(tx, cycle, command.wave, at);
    // Logs & Alerts tell of it.
    case 'askApproval':
    case 'tellHalted':
    // Runs are told after the commit, see toEnd.
    case 'passOverQueued':
      return;
    case 'cancelRuns':
      await markCancelled(tx, cycle, { by: command.by, at });
      return;
  }
}

/** P-13: an exempt endpoint is skipped with the reason. */
async function exempt(tx: Transaction, { id }: CycleRollout, at: number): Promise<EventForRun[]> {
  const runs = await exemptRuns(tx, id);
  return runs.map(({ run, reason }) => ({ run, event: { kind: 'passOver', at, result: 'skipped', reason } }));
}

/** P-07: a window that ends keeps patching from being started. */
async function windowsEnded(
  tx: Transaction,
  { id }: CycleRollout,
  clock: CycleClock,
  at: number,
): Promise<EventForRun[]> {
  const runs = await runsBeforePatching(tx, id, clock.closed(at));
  return runs.map((run) => ({ run, event: { kind: 'windowEnded', at } }));
}

/**
 * The runs of a cycle that ends, and what they are told: each look tells those again that were not reached. Of a
 * cancelled cycle also those at work (W-13).
 */
async function toEnd(
  tx: Transaction,
  { id, definition, openedAt }: CycleRollout,
  state: CycleState,
  clock: CycleClock,
  at: number,
): Promise<EventForRun[]> {
  if (state.status !== 'ending') return [];
  if (state.ending === 'cancelled') {
    const by = await cancelledBy(tx, id);
    return (await uncancelledRuns(tx, id)).map((run) => ({ run, event: { kind: 'cancel', at, by } }));
  }
  const deadline = definition.deadlineAt ?? at;
  return (await queuedRuns(tx, id)).map(({ run, wave, timetable, connected }) => {
    const hadWindow = clock.couldStart(timetable, openedAt.getTime(), deadline);
    const passed = passedOverReason({ connected, waveOpen: wave < state.openWaves, hadWindow });
    return { run, event: { kind: 'passOver', at, ...passed } };
  });
}
