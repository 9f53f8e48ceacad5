/** The sign-ins that were tried and did not succeed, for one name or from one address. */
export interface SignInAttempts {
  /** Goes down by one in every `forgetOneMs` without an attempt. */
  readonly count: number;
  /** Epoch milliseconds. */
  readonly lastAt: number;
}

/** How patient the server is. */
export interface AttemptLimit {
  /** Attempts without any waiting. */
  readonly free: number;
  readonly longestWaitMs: number;
  readonly forgetOneMs: number;
}

const minuteMs = 60_000;

/** The limits of S-01. Many people may sign in from one address; a name has one person who mistypes. */
export const attemptLimits = {
  name: { free: 5, longestWaitMs: 15 * minuteMs, forgetOneMs: 15 * minuteMs },
  address: { free: 20, longestWaitMs: 15 * minuteMs, forgetOneMs: 3 * minuteMs },
} as const satisfies Record<string, AttemptLimit>;

const firstWaitMs = 1000;

/**
 * How long the next attempt must wait still, in milliseconds; 0: it may be made now. The wait doubles with every
 * attempt beyond the free ones (S-01).
 */
export function waitBeforeAttempt(known: SignInAttempts | null, limit: AttemptLimit, now: number): number {
  if (known === null || known.count < limit.free) return 0;
  const wait = Math.min(firstWaitMs * 2 ** (known.count - limit.free), limit.longestWaitMs);
  return Math.max(0, known.lastAt + wait - now);
}

/**
 * The attempts with one more that is made now. It counts from its beginning, so that many at the same moment count
 * too; one that succeeds is taken back.
 */
export function withAttempt(known: SignInAttempts | null, limit: AttemptLimit, now: number): SignInAttempts {
  if (known === null) return { count: 1, lastAt: now };
  // Beyond this the wait does not grow: who has waited for hours begins anew.
  const most = limit.free + Math.ceil(Math.log2(limit.longestWaitMs / firstWaitMs)) + 1;
  const forgotten = Math.floor(Math.max(0, now - known.lastAt) / limit.forgetOneMs);
  return { count: Math.min(Math.max(0, known.count - forgotten) + 1, most), lastAt: now };
}

/** The part of an address that its holder cannot change at will: an IPv4 address, or the network of an IPv6 one. */
export function addressToCount(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]?.split('::') ?? [];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
