import { PatchbayError } from '@patchbay/contracts/errors';
import type { Role } from '@patchbay/domain/permission/role';
import { can } from '@patchbay/domain/permission/table';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findTokenHolder } from '../db/api-tokens.ts';
import type { HttpContext } from './context.ts';

/** Who is asking: the holder of an API token. */
export interface Actor {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: Date | null;
}

const failuresPerMinute = 30;
const bearer = /^Bearer ([A-Za-z0-9_-]{20,200})$/;

/**
 * Lets in who holds a valid token and whose role includes the route's action (S-02, S-03). Whoever fails too often
 * from one address is told to wait; a valid token is never held up by that.
 */
export function authenticate(app: FastifyInstance, { pool, now }: Pick<HttpContext, 'pool' | 'now'>): void {
  const failures = app.createRateLimit({ max: failuresPerMinute, timeWindow: '1 minute' });
  app.decorateRequest('actor', null);

  app.addHook('onRoute', ({ url, config }) => {
    if (config?.action === undefined) throw new Error(`the route ${url} does not say which action it is`);
  });

  app.addHook('onRequest', async (request, reply) => {
    const { action } = request.routeOptions.config;
    if (request.is404 || action === 'public') return;
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    const holder = token === undefined ? null : await findTokenHolder(pool, token, new Date(now()));
    if (holder === null) {
      const limit = await failures(request);
      if (!limit.isAllowed && limit.isExceeded) {
        void reply.header('retry-after', String(limit.ttlInSeconds));
        throw new PatchbayError(
          'TOO_MANY_REQUESTS',
          'Too many requests without a valid token came from your address.',
        );
      }
      void reply.header('www-authenticate', 'Bearer');
      const detail = token === undefined ? 'No token was sent.' : 'The token is unknown, expired or revoked.';
      throw new PatchbayError('NOT_AUTHENTICATED', detail);
    }
    request.actor = holder;
    if (action === undefined || !can(holder.role, action)) {
      throw new PatchbayError(
        'NOT_ALLOWED',
        `The role "${holder.role}" does not include ${action ?? 'this'}.`,
      );
    }
  });
}

/** Who is asking; only for routes that are not public. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new Error('a public route has no actor');
  return request.actor;
}
