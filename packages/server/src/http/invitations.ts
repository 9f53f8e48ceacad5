import { createdInvitation, invitation, invitationInput } from '@patchbay/contracts/invitation';
import { page, pageQuery } from '@patchbay/contracts/page';
import { z } from 'zod';
import { findInvitation, insertLink, listInvitations, revokeInvitation } from '../db/one-time-links.ts';
import { newToken } from '../db/token-hash.ts';
import { linkPath } from '../user/link-path.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['users'];
const invitationId = z.strictObject({ id: z.uuid() });
const hourMs = 3_600_000;

/** `/api/v1/invitations`: links with which people become users (S-01). */
export function invitationRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.get('/invitations', {
    config: { action: 'user.read' },
    schema: {
      tags,
      summary: 'List invitations',
      querystring: pageQuery,
      response: { 200: page(invitation) },
    },
    handler: ({ query }) => listInvitations(pool, query, new Date(now())),
  });

  app.post('/invitations', {
    config: { action: 'user.write', deed: 'invitation.create' },
    schema: {
      tags,
      summary: 'Invite somebody with a link; it is shown this once',
      body: invitationInput,
      response: { 201: createdInvitation },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { role, expiresInHours } = request.body;
        const token = newToken('patchbay_link');
        const expiresAt = new Date(saved.at.getTime() + expiresInHours * hourMs);
        const id = await insertLink(tx, token, { purpose: 'invitation', role }, expiresAt, saved);
        await audit({ kind: 'invitation', id, name: null }, { role });
        const made = found('invitation', id, await findInvitation(tx, id, saved.at));
        return { status: 201, body: { ...made, link: linkPath(token) }, secret: true };
      }),
  });

  app.post('/invitations/:id/revoke', {
    config: { action: 'user.write', deed: 'invitation.revoke' },
    schema: {
      tags,
      summary: 'Revoke an invitation that was not used',
      params: invitationId,
      response: { 200: invitation },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        found('invitation', id, await findInvitation(tx, id, saved.at));
        await revokeInvitation(tx, id, saved.at);
        await audit({ kind: 'invitation', id, name: null });
        const body = found('invitation', id, await findInvitation(tx, id, saved.at));
        return { status: 200, body };
      }),
  });
}
