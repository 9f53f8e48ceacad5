import { sessionEnd, sessionLimits } from '@patchbay/domain/user/session-end';
import type { Queryable } from '../db/queryable.ts';
import { findSessionHolder } from '../db/sessions.ts';
import { readSettings } from '../db/settings.ts';
import type { UserActor } from './actor.ts';

/** Who holds the session with this hash, and when it was used last; null when it is over (S-01). */
export async function findUserActor(
  db: Queryable,
  session: Buffer,
  now: number,
): Promise<{ readonly actor: UserActor; readonly lastSeenAt: number } | null> {
  const holder = await findSessionHolder(db, session);
  if (holder === null) return null;
  const { createdAt, lastSeenAt, ...user } = holder;
  const times = { createdAt: createdAt.getTime(), lastSeenAt: lastSeenAt.getTime() };
  const end = sessionEnd(times, sessionLimits(await readSettings(db)));
  if (now >= end.unused) return null;
  const actor = { kind: 'user', ...user, session, expiresAt: new Date(end.latest) } as const;
  return { actor, lastSeenAt: times.lastSeenAt };
}
