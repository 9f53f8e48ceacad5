import { PatchbayError } from '@patchbay/contracts/errors';
import { passwordChangeInput, profileInput, whoami } from '@patchbay/contracts/whoami';
import { deleteSessions } from '../db/sessions.ts';
import { findActiveUser, lockSignedIn, savePassword, saveProfile } from '../db/users.ts';
import { hashPassword, verifyPassword } from '../user/password-hash.ts';
import { admitSignIn } from '../user/sign-in-guard.ts';
import { actorOf, showActor, userOf } from './actor.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { requireGoodPassword } from './new-password.ts';
import { perform, performWithPassword } from './perform.ts';
import { tooManySignIns } from './sessions.ts';

const tags = ['who is asking'];

/** `/api/v1/whoami`: who is asking, and what users change of themselves. */
export function whoamiRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.get('/whoami', {
    config: { action: 'self.read' },
    schema: { tags, summary: 'Who is asking, and what they may do', response: { 200: whoami } },
    handler: async (request) => showActor(actorOf(request)),
  });

  app.put('/whoami/profile', {
    config: { action: 'self.write', deed: 'user.changeProfile' },
    schema: {
      tags,
      summary: 'Change what you are called and how the console looks',
      body: profileInput,
      response: { 200: whoami },
    },
    handler: (request, reply) => {
      const user = userOf(request);
      return perform(context, request, reply, async ({ tx, audit }) => {
        await saveProfile(tx, user.id, request.body);
        await audit({ kind: 'user', id: user.id, name: user.name }, request.body);
        return { status: 200, body: showActor({ ...user, ...request.body }) };
      });
    },
  });

  app.put('/whoami/password', {
    config: { action: 'self.write', deed: 'user.changePassword' },
    schema: {
      tags,
      summary: 'Change your password; your other sessions end',
      body: passwordChangeInput,
      response: { 200: whoami },
    },
    handler: async (request, reply) => {
      const user = userOf(request);
      const { currentPassword, newPassword } = request.body;
      requireGoodPassword(newPassword, user.name, 'newPassword');
      const admission = await admitSignIn(pool, user.name, request.ip, new Date(now()));
      if (!admission.admitted) throw tooManySignIns(reply, admission.waitMs);
      const known = await findActiveUser(pool, user.name);
      if (known === null || !(await verifyPassword(currentPassword, known.passwordHash)))
        throw wrongPassword();
      await admission.succeeded();
      const passwordHash = await hashPassword(newPassword);
      return performWithPassword(context, request, reply, async ({ tx, audit }) => {
        if (!(await lockSignedIn(tx, known))) throw wrongPassword();
        await savePassword(tx, user.id, passwordHash);
        const ended = await deleteSessions(tx, user.id, user.session);
        await audit({ kind: 'user', id: user.id, name: user.name }, { sessionsEnded: String(ended) });
        return { status: 200, body: showActor(user) };
      });
    },
  });
}

function wrongPassword(): PatchbayError {
  return new PatchbayError('INVALID_INPUT', 'The present password is another one.', [
    { path: 'currentPassword', message: 'is not your password' },
  ]);
}
