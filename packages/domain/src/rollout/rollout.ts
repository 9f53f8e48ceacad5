/**
 * Which of a cycle's endpoints a wave has (P-08). A percentage is one of all endpoints of the cycle, rounded up.
 * A group is named as in selectors. Endpoints of a wave by group are in that wave, whatever stands before it: percentages and counts are filled from
 * the others. What no wave has is the rest, and follows as a last wave.
 */
export type WaveSize =
  | { readonly kind: 'percent'; readonly percent: number }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'group'; readonly group: string };

/**
 * What has to hold in a wave before the next one opens (P-08). The sample are the wave's runs that succeeded (also
 * in part) or failed; runs that were skipped, cancelled or missed their window tell nothing about the patches.
 */
export interface Gate {
  /** Of the sample, 0 to 100. */
  readonly minimumSuccessPercent: number;
  /** How many runs the sample needs; null: every run of the wave has to have ended. */
  readonly minimumSample: number | null;
  /** How long the wave is watched after the sample was first good enough; it has to be good enough at the end. */
  readonly soakMinutes: number;
  /** Somebody has to open the next wave. */
  readonly approval: boolean;
}

/** A wave and the gate behind it; null: the next wave opens when every run of this one has ended. */
export interface Wave {
  readonly name: string;
  readonly size: WaveSize;
  readonly gate: Gate | null;
}

/**
 * How many failed runs are put up with before the cycle is halted: more than `count` of the cycle, or more than
 * `percent` of the sample of any wave. A percentage is looked at when the sample has `minimumSample` runs, or cannot grow
 * any more. 0 halts at the first failure.
 */
export type FailureThreshold =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'percent'; readonly percent: number; readonly minimumSample: number };

/** How a cycle goes over its endpoints (P-08). */
export interface Rollout {
  /** Empty: all endpoints are one wave. */
  readonly waves: readonly Wave[];
  /** In which order endpoints fill the waves and are started: by name, or in an order that is drawn for each cycle. */
  readonly order: 'byName' | 'drawn';
  /** Runs at the same time; null: as many as there are. */
  readonly maximumConcurrent: number | null;
  readonly failureThreshold: FailureThreshold | null;
}

/** All at once, as far as nothing fails too often: what a new plan has. */
export const defaultRollout: Rollout = {
  waves: [],
  order: 'drawn',
  maximumConcurrent: 200,
  failureThreshold: { kind: 'percent', percent: 20, minimumSample: 10 },
};
