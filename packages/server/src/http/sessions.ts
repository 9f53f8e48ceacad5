import { PatchbayError } from '@patchbay/contracts/errors';
import { page } from '@patchbay/contracts/page';
import { session, signInInput } from '@patchbay/contracts/session';
import { userName } from '@patchbay/contracts/user';
import { whoami } from '@patchbay/contracts/whoami';
import { sessionEnd, sessionLimits } from '@patchbay/domain/user/session-end';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { withTransaction } from '../db/pool.ts';
import { deleteSession, deleteSessions, listSessions } from '../db/sessions.ts';
import { readSettings } from '../db/settings.ts';
import { findActiveUser, type KnownUser, lockSignedIn } from '../db/users.ts';
import { verifyPassword } from '../user/password-hash.ts';
import { admitSignIn } from '../user/sign-in-guard.ts';
import { actorOf, userOf } from './actor.ts';
import type { App } from './app.ts';
import { auditRequest } from './audit-request.ts';
import type { HttpContext } from './context.ts';
import { giveSession, openSession } from './open-session.ts';
import { perform } from './perform.ts';
import { requireSameOrigin } from './same-origin.ts';
import { clearSessionCookie } from './session-cookie.ts';

const tags = ['sessions'];

/** `/api/v1/sessions`: signing in and out (S-01). */
export function sessionRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.post('/sessions', {
    config: { action: 'public', deed: 'user.signIn' },
    schema: {
      tags,
      summary: 'Sign in; the session comes as a cookie',
      body: signInInput,
      response: { 201: whoami },
    },
    handler: async (request, reply) => {
      requireSameOrigin(request, 'unsaid');
      const { name, password } = request.body;
      const admission = await admitSignIn(pool, name.trim(), request.ip, new Date(now()));
      if (!admission.admitted) throw tooManySignIns(reply, admission.waitMs);
      const known = userName.safeParse(name.trim()).success ? await findActiveUser(pool, name.trim()) : null;
      const isRight = await verifyPassword(password, known?.passwordHash ?? null);
      const opened = isRight && known !== null ? await signIn(context, request, known) : null;
      if (opened === null) {
        await auditRefusal(context, request, known, name);
        throw new PatchbayError('SIGN_IN_REFUSED', 'The name or the password is wrong.');
      }
      await admission.succeeded();
      void reply.code(201);
      return giveSession(request, reply, opened);
    },
  });

  app.get('/sessions', {
    config: { action: 'self.read' },
    schema: { tags, summary: 'List where you are signed in', response: { 200: page(session) } },
    handler: async (request) => {
      const actor = actorOf(request);
      const limits = sessionLimits(await readSettings(pool));
      const stored = await listSessions(pool, actor.id);
      const items = stored
        .map(({ hash, createdAt, lastSeenAt, address, userAgent }) => ({
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          expiresAt: new Date(
            sessionEnd({ createdAt: createdAt.getTime(), lastSeenAt: lastSeenAt.getTime() }, limits).unused,
          ).toISOString(),
          address,
          userAgent,
          current: actor.kind === 'user' && hash.equals(actor.session),
        }))
        .filter(({ expiresAt }) => Date.parse(expiresAt) > now());
      return { items, nextCursor: null };
    },
  });

  app.delete('/sessions/current', {
    config: { action: 'self.write', deed: 'user.signOut' },
    schema: { tags, summary: 'Sign out', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const user = userOf(request);
      await perform(context, request, reply, async ({ tx, audit }) => {
        await deleteSession(tx, user.session);
        await audit({ kind: 'user', id: user.id, name: user.name });
        return { status: 200, body: null };
      });
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  });

  app.delete('/sessions/others', {
    config: { action: 'self.write', deed: 'user.signOutOthers' },
    schema: { tags, summary: 'Sign out everywhere else', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const user = userOf(request);
      await perform(context, request, reply, async ({ tx, audit }) => {
        const sessions = await deleteSessions(tx, user.id, user.session);
        await audit({ kind: 'user', id: user.id, name: user.name }, { sessions: String(sessions) });
        return { status: 200, body: null };
      });
      return reply.code(204).send(null);
    },
  });

  app.delete('/sessions', {
    config: { action: 'self.write', deed: 'user.signOutEverywhere' },
    schema: { tags, summary: 'Sign out everywhere', response: { 204: z.null() } },
    handler: async (request, reply) => {
      const user = userOf(request);
      await perform(context, request, reply, async ({ tx, audit }) => {
        const sessions = await deleteSessions(tx, user.id, null);
        await audit({ kind: 'user', id: user.id, name: user.name }, { sessions: String(sessions) });
        return { status: 200, body: null };
      });
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  });
}

/** The refusal of a try at a password that comes too soon. */
export function tooManySignIns(reply: FastifyReply, waitMs: number): PatchbayError {
  const seconds = Math.ceil(waitMs / 1000);
  void reply.header('retry-after', String(seconds));
  return new PatchbayError(
    'TOO_MANY_REQUESTS',
    `Too many sign-ins have failed for this name or from your address; wait ${seconds} s.`,
  );
}

/** null when the user was disabled, or the password changed, at this very moment. */
async function signIn({ pool, now }: HttpContext, request: FastifyRequest, user: KnownUser) {
  return withTransaction(pool, async (tx) => {
    if (!(await lockSignedIn(tx, user))) return null;
    const at = new Date(now());
    const opened = await openSession(tx, request, user.id, at);
    await auditRequest(tx, request, {
      actor: user.name,
      object: { kind: 'user', id: user.id, name: user.name },
      at,
    });
    return opened;
  });
}

/** Somebody may have typed a password into the field of the name: of a name that nobody has, little is kept. */
const keptOfUnknown = 32;

async function auditRefusal(
  { pool, now }: HttpContext,
  request: FastifyRequest,
  known: KnownUser | null,
  name: string,
): Promise<void> {
  const object =
    known === null
      ? { kind: 'user', id: 'unknown', name: Array.from(name).slice(0, keptOfUnknown).join('') }
      : { kind: 'user', id: known.id, name: known.name };
  const deed = { actor: 'nobody', action: 'user.signInRefused', object, at: new Date(now()) };
  await withTransaction(pool, (tx) => auditRequest(tx, request, deed));
}
