import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

const POLL_EVERY_MS = 50;

/**
 * How long tests wait for what comes soon on a machine with nothing else to do, in milliseconds: whoever waits in vain has
 * failed anyway, and a busy machine is no failure.
 */
export const patienceMs = 120_000;

/** What a condition yields once it holds. */
export type Truthy<T> = Exclude<T, false | null | undefined | 0 | '' | 0n>;

export interface WaitOptions {
  /** How long the condition may take to come true, in milliseconds; default: {@link patienceMs}. */
  readonly timeoutMs?: number;
  /** What is awaited, as it reads after "waiting for": `the agent's first heartbeat`. */
  readonly what: string;
}

/**
 * Asks every 50 ms until `condition` yields a truthy value, and returns that value. A condition that throws
 * does not hold yet. Throws when the time is up, naming what was awaited and the last value or error.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = patienceMs, what }: WaitOptions,
): Promise<Truthy<T>> {
  let last = 'no answer yet';
  let cause: unknown;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = Math.max(deadline - Date.now(), 0);
    const answer = await within(left, condition);
    if (answer.kind === 'value') {
      if (answer.value) return answer.value as Truthy<T>;
      last = `last value: ${inspect(answer.value)}`;
      cause = undefined;
    } else if (answer.kind === 'error') {
      last = `last error: ${answer.error instanceof Error ? answer.error.message : inspect(answer.error)}`;
      cause = answer.error;
    }
    if (Date.now() >= deadline) {
      throw new Error(`gave up after ${timeoutMs} ms waiting for ${what}; ${last}`, { cause });
    }
    await delay(Math.min(POLL_EVERY_MS, Math.max(deadline - Date.now(), 0)));
  }
}

type Answer<T> = { kind: 'value'; value: T } | { kind: 'error'; error: unknown } | { kind: 'none' };

/** A condition that never answers must not outlast the time limit. */
async function within<T>(milliseconds: number, condition: () => T | Promise<T>): Promise<Answer<T>> {
  const limit = new AbortController();
  try {
    return await Promise.race<Answer<T>>([
      Promise.resolve()
        .then(condition)
        .then(
          (value) => ({ kind: 'value', value }),
          (error: unknown) => ({ kind: 'error', error }),
        ),
      delay(milliseconds, { kind: 'none' } as const, { signal: limit.signal }),
    ]);
  } finally {
    limit.abort();
  }
}
