const minuteMs = 60_000;
const longestPauseMs = 60 * minuteMs;

/** For how long a mail is tried. */
const patienceMs = 24 * 60 * minuteMs;

/** A mail that could not be delivered; times in epoch milliseconds. */
export interface FailedTry {
  /** How often it has been tried. */
  readonly tries: number;
  /** When it was to be sent. */
  readonly since: number;
  /** When it failed last. */
  readonly at: number;
  /** The mail server has refused it for good, such as for an address that does not exist. */
  readonly refusedForGood: boolean;
}

/**
 * When a mail is tried again: after a minute, then two, four, up to an hour, for a day; null: it is given up (P-15).
 */
export function nextTry({ tries, since, at, refusedForGood }: FailedTry): number | null {
  const pauseMs = Math.min(minuteMs * 2 ** Math.min(tries - 1, 20), longestPauseMs);
  return refusedForGood || at + pauseMs > since + patienceMs ? null : at + pauseMs;
}
