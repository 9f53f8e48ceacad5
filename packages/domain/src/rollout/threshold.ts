import { counted } from '../run/wording.ts';
import { sampleOf, undecided } from './counting.ts';
import type { CycleDefinition, Sample, WaveCounts } from './cycle-state.ts';

const nothing: Sample = { size: 0, failed: 0 };

/** Why a cycle has to be halted for its failures; null when there are not too many (P-08). */
export function tooManyFailures(
  { failureThreshold: threshold, waves: names }: CycleDefinition,
  waves: readonly WaveCounts[],
  forgiven: readonly Sample[],
): string | null {
  if (threshold === null) return null;
  const samples = waves.map((wave, index) => since(sampleOf(wave), forgiven[index] ?? nothing));
  if (threshold.kind === 'count') {
    const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
    return failed > threshold.count
      ? `${counted(failed, 'run')} failed, and ${threshold.count === 0 ? 'none' : `no more than ${threshold.count}`} may`
      : null;
  }
  for (const [index, { size, failed }] of samples.entries()) {
    const { percent, minimumSample } = threshold;
    const mayGrow = undecided(waves[index] ?? noCounts) > 0;
    if (failed * 100 <= percent * size || (size < minimumSample && mayGrow)) continue;
    const name = names[index]?.name ?? '';
    return `${failed} of ${counted(size, 'run')} in the wave "${name}" failed, which is more than ${percent} %`;
  }
  return null;
}

const noCounts: WaveCounts = {
  queued: 0,
  active: 0,
  awaitingUser: 0,
  succeeded: 0,
  partial: 0,
  failed: 0,
  cancelled: 0,
  missedWindow: 0,
  skipped: 0,
};

/** A failed run that an operator resumes leaves the sample, so that a part may be below what was put up with. */
function since(sample: Sample, forgiven: Sample): Sample {
  return {
    size: Math.max(sample.size - forgiven.size, 0),
    failed: Math.max(sample.failed - forgiven.failed, 0),
  };
}
