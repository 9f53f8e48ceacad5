import type { StepRecord } from '../run/state.ts';

/** What a health check says of an endpoint; `reason` is a clause that explains it. */
export interface HealthVerdict {
  readonly healthy: boolean;
  readonly reason: string;
}

/**
 * What the end of an activity of a health check says of its endpoint (L-27): success says healthy, any failure
 * unhealthy, also one that its workflow passes over. Null when it says nothing: it is tried again (`retried`), was
 * cancelled, or did not run.
 */
export function healthVerdict(record: StepRecord, retried: boolean): HealthVerdict | null {
  switch (record.outcome) {
    case 'succeeded':
    case 'partial':
      return { healthy: true, reason: record.detail };
    case 'failed':
      return retried ? null : { healthy: false, reason: record.detail };
    case 'cancelled':
    case 'skipped':
    case 'notRun':
      return null;
  }
}

/** An endpoint's health by its checks: unhealthy while one of them says so; null without any. */
export function healthOf(verdicts: readonly { readonly healthy: boolean }[]): 'healthy' | 'unhealthy' | null {
  if (verdicts.length === 0) return null;
  return verdicts.every(({ healthy }) => healthy) ? 'healthy' : 'unhealthy';
}
