import type { RunResult } from '../run/state.ts';
import { duration } from '../run/wording.ts';
import type { SimulatedRun, SimulatedWork } from './simulated-cycle.ts';

/** What a run came to, in one word (W-11). */
export type RunResultWord = RunResult['result'];

/** How a run that starts now goes on. */
export function expectedRun(
  work: Exclude<SimulatedWork, { kind: 'passedOver' }>,
  startsAt: number,
  windowEndsAt: number,
): { readonly run: SimulatedRun; readonly result: RunResultWord; readonly userUntil: number | null } {
  const none = { promptedAt: null, latestRebootAt: null, fit: 'fits', why: null } as const;
  if (work.kind === 'recorded') {
    const endsAt = startsAt + work.durationMs;
    const userUntil = work.userMs === null ? null : endsAt + work.userMs;
    const promptedAt = userUntil === null ? null : endsAt;
    return { run: { ...none, startsAt, endsAt, promptedAt }, result: work.result, userUntil };
  }
  const { beforePatchMs, patchMs, afterPatchMs, latestReboot } = work;
  if (startsAt + beforePatchMs > windowEndsAt) {
    const endsAt = startsAt + beforePatchMs + afterPatchMs;
    const why = `pre-patching takes ${duration(beforePatchMs)}, and its window ends after ${duration(windowEndsAt - startsAt)}`;
    return {
      run: { ...none, startsAt, endsAt, fit: 'missesWindow', why },
      result: 'missedWindow',
      userUntil: null,
    };
  }
  const endsAt = startsAt + beforePatchMs + patchMs + afterPatchMs;
  const over = endsAt - windowEndsAt;
  const fit = over > 0 ? 'overruns' : 'fits';
  const why = over > 0 ? `it ends ${duration(over)} after its window` : null;
  const asked = latestReboot === null ? {} : { promptedAt: endsAt, latestRebootAt: latestReboot(endsAt) };
  const run = { ...none, ...asked, startsAt, endsAt, fit, why } as const;
  return {
    run,
    result: 'succeeded',
    userUntil: latestReboot === null ? null : (run.latestRebootAt ?? endsAt),
  };
}
