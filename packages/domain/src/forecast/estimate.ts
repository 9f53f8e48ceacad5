import { type OperatingSystem, operatingSystemNames } from '../operating-system.ts';
import type { Phase } from '../run/definition.ts';
import { counted, duration } from '../run/wording.ts';

/** How long something took so far: in the middle, and in the worse cases. Milliseconds. */
export interface DurationFigure {
  readonly medianMs: number;
  readonly p90Ms: number;
}

/** Durations from history. What has no history is not in the maps. */
export interface DurationStatistics {
  /** By task id: from the start of the step to its end, so that a reboot's includes the return. */
  readonly tasks: ReadonlyMap<string, DurationFigure>;
  /** The patch operation: what it takes whatever it installs, and for each patch. */
  readonly patching: ReadonlyMap<
    OperatingSystem,
    { readonly fixed: DurationFigure; readonly perPatch: DurationFigure }
  >;
}

/** A step of a workflow as far as its duration is estimated; `task: null` is the patch operation. */
export interface EstimatedStep {
  readonly phase: Phase;
  readonly task: { readonly id: string; readonly name: string } | null;
}

/** How long a run is expected to take, in milliseconds. */
export interface RunEstimate {
  readonly beforePatchMs: number;
  readonly patchMs: number;
  readonly afterPatchMs: number;
}

/** The two estimates of one run. */
export interface RunEstimates {
  readonly typical: RunEstimate;
  /** Every step takes as long as in the worst tenth of its history. */
  readonly slow: RunEstimate;
}

/** What is assumed where there is no history. */
export const assumedDurations = {
  task: { medianMs: 60_000, p90Ms: 300_000 },
  patchingFixed: { medianMs: 120_000, p90Ms: 600_000 },
  perPatch: { medianMs: 10_000, p90Ms: 30_000 },
} as const satisfies Record<string, DurationFigure>;

const noTime: RunEstimate = { beforePatchMs: 0, patchMs: 0, afterPatchMs: 0 };

/** Estimates the run of one endpoint (P-11): every step runs, once, and after-reboot checks too. */
export function estimateRun(
  steps: readonly EstimatedStep[],
  os: OperatingSystem,
  patchCount: number,
  statistics: DurationStatistics,
): RunEstimates {
  let [typical, slow] = [noTime, noTime];
  for (const { phase, task } of steps) {
    const part = phase === 'patch' ? 'patchMs' : phase === 'prePatching' ? 'beforePatchMs' : 'afterPatchMs';
    const figure =
      task === null
        ? patching(os, patchCount, statistics)
        : (statistics.tasks.get(task.id) ?? assumedDurations.task);
    typical = { ...typical, [part]: typical[part] + figure.medianMs };
    slow = { ...slow, [part]: slow[part] + figure.p90Ms };
  }
  return { typical, slow };
}

function patching(
  os: OperatingSystem,
  patches: number,
  { patching: known }: DurationStatistics,
): DurationFigure {
  const fixed = known.get(os)?.fixed ?? assumedDurations.patchingFixed;
  const perPatch = known.get(os)?.perPatch ?? assumedDurations.perPatch;
  return {
    medianMs: fixed.medianMs + patches * perPatch.medianMs,
    p90Ms: fixed.p90Ms + patches * perPatch.p90Ms,
  };
}

/** What an estimate rests on for want of history, in words, each thing once. */
export function withoutHistory(
  workflows: readonly { readonly os: OperatingSystem; readonly steps: readonly EstimatedStep[] }[],
  statistics: DurationStatistics,
): string[] {
  const names = new Set<string>();
  const systems = new Set<string>();
  for (const { os, steps } of workflows) {
    if (!statistics.patching.has(os)) systems.add(operatingSystemNames[os]);
    for (const { task } of steps) if (task !== null && !statistics.tasks.has(task.id)) names.add(task.name);
  }
  const { task, patchingFixed, perPatch } = assumedDurations;
  const assumed: string[] = [];
  if (names.size > 0) {
    const tasks = `${counted(names.size, 'task')} without history (${shortened([...names])})`;
    assumed.push(`${tasks}: ${duration(task.medianMs)} each, ${duration(task.p90Ms)} at worst.`);
  }
  if (systems.size > 0) {
    const typical = `${duration(patchingFixed.medianMs)} and ${duration(perPatch.medianMs)} for each patch`;
    const worst = `${duration(patchingFixed.p90Ms)} and ${duration(perPatch.p90Ms)} at worst`;
    assumed.push(`Patching ${[...systems].join(', ')} has no history: ${typical}, ${worst}.`);
  }
  return assumed;
}

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `"${name}"`);
  return names.length > 3 ? `${shown.join(', ')}, …` : shown.join(', ');
}
