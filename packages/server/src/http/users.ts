import { PatchbayError } from '@patchbay/contracts/errors';
import { page, pageQuery } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { oneTimeLink, roleInput, type User, user } from '@patchbay/contracts/user';
import { removesLastAdministrator, type UserStanding } from '@patchbay/domain/user/last-administrator';
import { insertLink, revokeLinksOf } from '../db/one-time-links.ts';
import type { Transaction } from '../db/pool.ts';
import { deleteSessions } from '../db/sessions.ts';
import { newToken } from '../db/token-hash.ts';
import { findUser, listUsers, lockAdministrators, saveDisabled, saveRole } from '../db/users.ts';
import { linkPath } from '../user/link-path.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['users'];
const resetLinkValidMs = 24 * 3_600_000;

/** `/api/v1/users`: who can sign in (S-02). */
export function userRoutes(app: App, context: HttpContext): void {
  const { pool } = context;

  app.get('/users', {
    config: { action: 'user.read' },
    schema: { tags, summary: 'List users', querystring: pageQuery, response: { 200: page(user) } },
    handler: ({ query }) => listUsers(pool, query),
  });

  app.get('/users/:id', {
    config: { action: 'user.read' },
    schema: { tags, summary: 'Show a user', params: referenceId, response: { 200: user } },
    handler: async ({ params }) => found('user', params.id, await findUser(pool, params.id)),
  });

  app.put('/users/:id/role', {
    config: { action: 'user.write', deed: 'user.changeRole' },
    schema: {
      tags,
      summary: 'Give a user another role',
      params: referenceId,
      body: roleInput,
      response: { 200: user },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, audit }) => {
        const { role } = request.body;
        const known = await changeable(tx, request.params.id, (standing) => ({ ...standing, role }));
        await saveRole(tx, known.id, role);
        await audit({ kind: 'user', id: known.id, name: known.name }, { from: known.role, to: role });
        return { status: 200, body: { ...known, role } };
      }),
  });

  app.post('/users/:id/disable', {
    config: { action: 'user.write', deed: 'user.disable' },
    schema: {
      tags,
      summary: 'Disable a user: all their sessions end at once',
      params: referenceId,
      response: { 200: user },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const known = await changeable(tx, request.params.id, ({ role }) => ({ role, disabled: true }));
        const body = { ...known, status: 'disabled' as const };
        if (known.status === 'disabled') return { status: 200, body };
        await saveDisabled(tx, known.id, saved.at);
        await deleteSessions(tx, known.id, null);
        await revokeLinksOf(tx, known.id, saved.at);
        await audit({ kind: 'user', id: known.id, name: known.name });
        return { status: 200, body };
      }),
  });

  app.post('/users/:id/enable', {
    config: { action: 'user.write', deed: 'user.enable' },
    schema: {
      tags,
      summary: 'Let a disabled user sign in again',
      params: referenceId,
      response: { 200: user },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, audit }) => {
        const { id } = request.params;
        const known = found('user', id, await findUser(tx, id));
        await saveDisabled(tx, known.id, null);
        await audit({ kind: 'user', id: known.id, name: known.name });
        return { status: 200, body: { ...known, status: 'active' as const } };
      }),
  });

  app.post('/users/:id/reset-link', {
    config: { action: 'user.write', deed: 'user.makeResetLink' },
    schema: {
      tags,
      summary: 'Make a link with which a user sets a new password; it is shown this once',
      params: referenceId,
      response: { 201: oneTimeLink },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const known = found('user', id, await findUser(tx, id));
        if (known.status === 'disabled') {
          throw new PatchbayError('NOT_POSSIBLE_NOW', `The user "${known.name}" is disabled.`);
        }
        await revokeLinksOf(tx, known.id, saved.at);
        const token = newToken('patchbay_link');
        const expiresAt = new Date(saved.at.getTime() + resetLinkValidMs);
        await insertLink(tx, token, { purpose: 'passwordReset', user: known.id }, expiresAt, saved);
        await audit({ kind: 'user', id: known.id, name: known.name });
        const body = { link: linkPath(token), expiresAt: expiresAt.toISOString() };
        return { status: 201, body, secret: true };
      }),
  });
}

/** The user, unless the change would leave nobody who can administer; throws LAST_ADMINISTRATOR then. */
async function changeable(
  tx: Transaction,
  reference: string,
  change: (standing: UserStanding) => UserStanding,
): Promise<User> {
  const administrators = await lockAdministrators(tx);
  const known = found('user', reference, await findUser(tx, reference));
  const standing = { role: known.role, disabled: known.status === 'disabled' };
  const others = administrators.filter((id) => id !== known.id).length;
  if (!removesLastAdministrator(standing, change(standing), others)) return known;
  throw new PatchbayError('LAST_ADMINISTRATOR', `"${known.name}" is the last administrator who can sign in.`);
}
