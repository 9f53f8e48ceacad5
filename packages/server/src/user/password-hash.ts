import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { PatchbayError } from '@patchbay/contracts/errors';

/** argon2id, the library's default, as OWASP advises: 46 MiB, one pass, one lane (S-01). */
const cost = { memoryCost: 47_104, timeCost: 1, parallelism: 1 };

/** Each takes a thread of the pool that files need too, and 46 MiB. */
const mostAtOnce = 2;
const mostWaiting = 100;

/** Hashes a new password; on a thread of the pool, not on this one. */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normal(password), cost));
}

/**
 * Whether the password is the one of the hash. Without a hash, since there is no such user, it takes as long and
 * answers false: how long a refusal takes does not tell which names exist.
 */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  return inTurn(async () => {
    decoy ??= hash(randomBytes(32), cost);
    const same = await verify(passwordHash ?? (await decoy), normal(password));
    return same && passwordHash !== null;
  });
}

let decoy: Promise<string> | undefined;

/** Keyboards and systems write the same letter in several ways. */
function normal(password: string): string {
  return password.normalize('NFKC');
}

let running = 0;
const waiting: (() => void)[] = [];

/** At most a few at once, so that a flood of sign-ins does not take the whole server with it. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running < mostAtOnce) running += 1;
  else if (waiting.length >= mostWaiting) {
    throw new PatchbayError('UNAVAILABLE', 'Too many people sign in at this moment.');
  } else await new Promise<void>((resolve) => waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
