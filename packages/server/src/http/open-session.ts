import type { Whoami } from '@patchbay/contracts/whoami';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from '../db/pool.ts';
import { deleteSession, insertSession } from '../db/sessions.ts';
import { hashToken, newToken } from '../db/token-hash.ts';
import { noteSignIn } from '../db/users.ts';
import { showActor, type UserActor } from './actor.ts';
import { sessionCookieOf, setSessionCookie } from './session-cookie.ts';
import { findUserActor } from './session-holder.ts';

/** A session that was opened just now; hand it out after the commit. */
export interface OpenedSession {
  readonly token: string;
  readonly actor: UserActor;
  readonly at: Date;
}

const longestUserAgent = 300;

/** Signs a user in: the browser gets a new session, and the one that it had before is over (S-01). */
export async function openSession(
  tx: Transaction,
  request: FastifyRequest,
  user: string,
  at: Date,
): Promise<OpenedSession> {
  const before = sessionCookieOf(request);
  if (before !== null) await deleteSession(tx, hashToken(before));
  const token = newToken('patchbay_session');
  const hash = hashToken(token);
  const userAgent = (request.headers['user-agent'] ?? '').slice(0, longestUserAgent);
  await insertSession(tx, { hash, user, at, address: request.ip, userAgent });
  await noteSignIn(tx, user, at);
  const opened = await findUserActor(tx, hash, at.getTime());
  if (opened === null) throw new Error('a session was over when it began');
  return { token, actor: opened.actor, at };
}

/** Hands a session to the browser and says who is signed in. */
export function giveSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, actor, at }: OpenedSession,
): Whoami {
  const seconds = Math.floor((actor.expiresAt.getTime() - at.getTime()) / 1000);
  setSessionCookie(request, reply, token, seconds);
  return showActor(actor);
}
