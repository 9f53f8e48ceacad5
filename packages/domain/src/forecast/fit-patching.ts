import { assumedDurations, type DurationFigure } from './estimate.ts';

/** Patch operations that installed equally many patches, and how long they took. */
export interface PatchingSample {
  readonly patches: number;
  readonly runs: number;
  readonly took: DurationFigure;
}

/**
 * What a patch operation takes whatever it installs, and for each patch: the straight line that is nearest to what was
 * measured. Where that says nothing, because all installed equally many, the assumed fixed part is taken away first.
 * Null without any.
 */
export function fitPatching(
  samples: readonly PatchingSample[],
): { readonly fixed: DurationFigure; readonly perPatch: DurationFigure } | null {
  let [runs, patches, time, worse] = [0, 0, 0, 0];
  for (const { runs: weight, patches: count, took } of samples) {
    runs += weight;
    patches += weight * count;
    time += weight * took.medianMs;
    worse += weight * took.p90Ms;
  }
  if (runs === 0) return null;
  const [meanPatches, meanMs] = [patches / runs, time / runs];
  const line = nearestLine(samples, meanPatches, meanMs) ?? assumedLine(meanPatches, meanMs);
  const ratio = time > 0 ? Math.max(1, worse / time) : 1;
  const figure = (ms: number): DurationFigure => ({
    medianMs: Math.round(ms),
    p90Ms: Math.round(ms * ratio),
  });
  return { fixed: figure(line.fixedMs), perPatch: figure(line.perPatchMs) };
}

interface Line {
  readonly fixedMs: number;
  readonly perPatchMs: number;
}

function nearestLine(samples: readonly PatchingSample[], meanPatches: number, meanMs: number): Line | null {
  let [together, spread] = [0, 0];
  for (const { runs, patches, took } of samples) {
    together += runs * (patches - meanPatches) * (took.medianMs - meanMs);
    spread += runs * (patches - meanPatches) ** 2;
  }
  if (spread === 0) return null;
  const slope = together / spread;
  if (slope <= 0) return { fixedMs: meanMs, perPatchMs: 0 };
  const fixedMs = meanMs - slope * meanPatches;
  return fixedMs >= 0 ? { fixedMs, perPatchMs: slope } : { fixedMs: 0, perPatchMs: meanMs / meanPatches };
}

function assumedLine(meanPatches: number, meanMs: number): Line {
  if (meanPatches === 0) return { fixedMs: meanMs, perPatchMs: assumedDurations.perPatch.medianMs };
  const fixedMs = Math.min(meanMs, assumedDurations.patchingFixed.medianMs);
  return { fixedMs, perPatchMs: (meanMs - fixedMs) / meanPatches };
}
