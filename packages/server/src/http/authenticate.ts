import { PatchbayError } from '@patchbay/contracts/errors';
import { can } from '@patchbay/domain/permission/table';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findTokenHolder } from '../db/api-tokens.ts';
import { noteSessionUse } from '../db/sessions.ts';
import { hashToken } from '../db/token-hash.ts';
import type { Actor } from './actor.ts';
import type { HttpContext } from './context.ts';
import { requireSameOrigin } from './same-origin.ts';
import { sessionCookieOf } from './session-cookie.ts';
import { findUserActor } from './session-holder.ts';

type Access = Pick<HttpContext, 'pool' | 'now'>;

const failuresPerMinute = 30;
const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/;
const noteUseEveryMs = 60_000;

/**
 * Lets in who is signed in or holds a valid token, and whose role includes the route's action (S-01, S-02, S-03).
 * Whoever sends wrong tokens too often from one address is told to wait; a valid token is never held up by that.
 */
export function authenticate(app: FastifyInstance, access: Access): void {
  const failures = app.createRateLimit({ max: failuresPerMinute, timeWindow: '1 minute' });
  app.decorateRequest('actor', null);

  app.addHook('onRoute', ({ url, config }) => {
    if (config?.action === undefined) throw new Error(`the route ${url} does not say which action it is`);
  });

  const tokenHolder = async (request: FastifyRequest, reply: FastifyReply): Promise<Actor> => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    const known = token && (await findTokenHolder(access.pool, token, new Date(access.now())));
    if (known) return { kind: 'token', ...known };
    const limit = await failures(request);
    if (limit.isAllowed || !limit.isExceeded) {
      throw notAuthenticated(reply, 'The token is unknown, expired or revoked.');
    }
    void reply.header('retry-after', String(limit.ttlInSeconds));
    throw new PatchbayError(
      'TOO_MANY_REQUESTS',
      'Too many requests without a valid token came from your address.',
    );
  };

  app.addHook('onRequest', async (request, reply) => {
    const { action } = request.routeOptions.config;
    if (request.is404 || action === 'public') return;
    const hasToken = request.headers.authorization !== undefined;
    const actor = await (hasToken ? tokenHolder(request, reply) : sessionHolder(access, request, reply));
    request.actor = actor;
    if (action === undefined || !can(actor.role, action)) {
      throw new PatchbayError(
        'NOT_ALLOWED',
        `The role "${actor.role}" does not include ${action ?? 'this'}.`,
      );
    }
  });
}

async function sessionHolder(
  { pool, now }: Access,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Actor> {
  const cookie = sessionCookieOf(request);
  if (cookie === null) throw notAuthenticated(reply, 'Nobody is signed in, and no token was sent.');
  if (request.method !== 'GET' && request.method !== 'HEAD') requireSameOrigin(request);
  const at = now();
  const known = await findUserActor(pool, hashToken(cookie), at);
  if (known === null) throw notAuthenticated(reply, 'The session is over.');
  const { actor, lastSeenAt } = known;
  if (at - lastSeenAt > noteUseEveryMs) await noteSessionUse(pool, actor.session, new Date(at));
  return actor;
}

function notAuthenticated(reply: FastifyReply, detail: string): PatchbayError {
  void reply.header('www-authenticate', 'Bearer');
  return new PatchbayError('NOT_AUTHENTICATED', detail);
}
