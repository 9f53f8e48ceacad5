import { counted, duration } from '../run/wording.ts';
import { sampleOf, total, undecided } from './counting.ts';
import type { WaveCounts } from './cycle-state.ts';
import type { Gate } from './rollout.ts';

/** What a gate comes to, in words for the person who waits for it (P-08). */
export type GateVerdict =
  | { readonly kind: 'passed'; readonly why: string }
  /** Good enough, and to stay so until then. */
  | { readonly kind: 'soaking'; readonly until: number; readonly why: string }
  | { readonly kind: 'approval'; readonly why: string }
  | { readonly kind: 'waiting'; readonly why: string }
  /** Whatever the runs that are left come to, it cannot pass. */
  | { readonly kind: 'impossible'; readonly why: string };

/** What a gate goes by besides the counts. */
export interface GateProgress {
  readonly at: number;
  readonly soakSince: number | null;
  readonly approvedBy: string | null;
}

const minute = 60_000;

/**
 * Whether the wave behind a gate may open. A wave without runs has nothing to prove, yet asks for its approval; one of
 * whose runs none succeeded or failed has proved nothing, and does not pass.
 */
export function gateVerdict(gate: Gate | null, wave: WaveCounts, progress: GateProgress): GateVerdict {
  const left = undecided(wave);
  if (gate === null) {
    return left === 0
      ? { kind: 'passed', why: 'every run of the wave has ended' }
      : { kind: 'waiting', why: `${counted(left, 'run')} of the wave have not ended` };
  }
  const sample = sampleOf(wave);
  const proves = total(wave) > 0;
  const short = proves ? shortOf(gate, sample, left) : null;
  if (short !== null) return short;
  const since = progress.soakSince ?? progress.at;
  const until = since + gate.soakMinutes * minute;
  if (proves && progress.at < until) {
    return { kind: 'soaking', until, why: `it is watched for ${duration(gate.soakMinutes * minute)}` };
  }
  if (gate.approval && progress.approvedBy === null) {
    return { kind: 'approval', why: 'somebody has to approve the next wave' };
  }
  const share = proves ? `${succeededOf(sample)} succeeded` : 'the wave is empty';
  return {
    kind: 'passed',
    why: progress.approvedBy === null ? share : `${share}; ${progress.approvedBy} approved`,
  };
}

function succeededOf({ size, failed }: { readonly size: number; readonly failed: number }): string {
  return `${size - failed} of ${counted(size, 'run')}`;
}

/** What the sample lacks; null when it is large and good enough. */
function shortOf(
  gate: Gate,
  sample: { readonly size: number; readonly failed: number },
  left: number,
): GateVerdict | null {
  const { minimumSuccessPercent: wanted, minimumSample } = gate;
  const minimum = minimumSample ?? 1;
  if (sample.size + left < minimum) {
    return {
      kind: 'impossible',
      why: `it needs ${counted(minimum, 'run')} that succeeded or failed, and there can be only ${sample.size + left}`,
    };
  }
  if ((sample.size + left - sample.failed) * 100 < wanted * (sample.size + left)) {
    return {
      kind: 'impossible',
      why: `${counted(sample.failed, 'run')} failed, so that ${wanted} % can succeed no more`,
    };
  }
  if (minimumSample === null ? left > 0 : sample.size < minimum) {
    return {
      kind: 'waiting',
      why:
        minimumSample === null
          ? `${counted(left, 'run')} of the wave have not ended`
          : `${sample.size} of ${counted(minimum, 'run')} that it needs have ended`,
    };
  }
  if ((sample.size - sample.failed) * 100 < wanted * sample.size) {
    return { kind: 'waiting', why: `${succeededOf(sample)} succeeded; it needs ${wanted} %` };
  }
  return null;
}
