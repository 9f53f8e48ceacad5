import { PatchbayError } from '@patchbay/contracts/errors';
import { linkInput, linkPurpose, passwordResetInput, welcomeInput } from '@patchbay/contracts/welcome';
import { whoami } from '@patchbay/contracts/whoami';
import { findLink, takeLink } from '../db/one-time-links.ts';
import { withTransaction } from '../db/pool.ts';
import { deleteSessions } from '../db/sessions.ts';
import { insertUser, lockUsers, savePassword } from '../db/users.ts';
import { hashPassword } from '../user/password-hash.ts';
import { forgetNameAttempts } from '../user/sign-in-guard.ts';
import type { App } from './app.ts';
import { auditRequest } from './audit-request.ts';
import type { HttpContext } from './context.ts';
import { requireGoodPassword } from './new-password.ts';
import { giveSession, openSession } from './open-session.ts';
import { requireSameOrigin } from './same-origin.ts';

const tags = ['one-time links'];

/** `/api/v1/welcome` and `/api/v1/password-resets`: what the one-time links do (S-01). */
export function welcomeRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.post('/welcome/check', {
    config: { action: 'public' },
    schema: { tags, summary: 'What a one-time link is for', body: linkInput, response: { 200: linkPurpose } },
    handler: async ({ body }) => {
      const link = await findLink(pool, body.token, new Date(now()));
      if (link === null) throw notValid();
      return link;
    },
  });

  app.post('/welcome', {
    config: { action: 'public', deed: 'user.create' },
    schema: {
      tags,
      summary: 'Become a user with the link of the first start or of an invitation, and sign in',
      body: welcomeInput,
      response: { 201: whoami },
    },
    handler: async (request, reply) => {
      requireSameOrigin(request, 'unsaid');
      const { token, name, displayName, password } = request.body;
      const link = await findLink(pool, token, new Date(now()));
      if (link === null || link.purpose === 'passwordReset') throw notValid();
      requireGoodPassword(password, name, 'password');
      const passwordHash = await hashPassword(password);
      const opened = await withTransaction(pool, async (tx) => {
        // Two links of two starts, used at the same moment, make one first administrator.
        if (link.purpose === 'firstAdministrator') await lockUsers(tx);
        const at = new Date(now());
        const used = await takeLink(tx, token, at);
        if (used === null || used.role === null) throw notValid();
        const { role } = used;
        const user = await insertUser(tx, { name, displayName, role, passwordHash }, { by: name, at });
        await auditRequest(tx, request, {
          actor: name,
          object: { kind: 'user', id: user, name },
          details: { role, link: used.purpose },
          at,
        });
        return openSession(tx, request, user, at);
      });
      void reply.code(201);
      return giveSession(request, reply, opened);
    },
  });

  app.post('/password-resets', {
    config: { action: 'public', deed: 'user.resetPassword' },
    schema: {
      tags,
      summary: 'Set a new password with the link of an administrator, and sign in; all other sessions end',
      body: passwordResetInput,
      response: { 201: whoami },
    },
    handler: async (request, reply) => {
      requireSameOrigin(request, 'unsaid');
      const { token, password } = request.body;
      const link = await findLink(pool, token, new Date(now()));
      if (link === null || link.name === null) throw notValid();
      const { name } = link;
      requireGoodPassword(password, name, 'password');
      const passwordHash = await hashPassword(password);
      const opened = await withTransaction(pool, async (tx) => {
        const at = new Date(now());
        const used = await takeLink(tx, token, at);
        if (used === null || used.user === null) throw notValid();
        await savePassword(tx, used.user, passwordHash);
        await deleteSessions(tx, used.user, null);
        await auditRequest(tx, request, { actor: name, object: { kind: 'user', id: used.user, name }, at });
        return openSession(tx, request, used.user, at);
      });
      await forgetNameAttempts(pool, name);
      void reply.code(201);
      return giveSession(request, reply, opened);
    },
  });
}

function notValid(): PatchbayError {
  return new PatchbayError('LINK_NOT_VALID', 'The link is unknown, was used before, or has expired.');
}
