import { randomBytes } from 'node:crypto';
import { page, pageQuery } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { createdWebhookSender, webhookSender, webhookSenderInput } from '@patchbay/contracts/webhook-sender';
import {
  findWebhookSender,
  insertWebhookSender,
  listWebhookSenders,
  revokeWebhookSender,
} from '../db/webhook-senders.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';
import { webhookSecretPurpose } from './webhook-signature.ts';

const tags = ['webhook senders'];
const secretBytes = 32;

/** `/api/v1/webhook-senders`: who may approve and reject plans by signed webhooks (P-09). */
export function webhookSenderRoutes(app: App, context: HttpContext): void {
  const { pool, sealer } = context;

  app.get('/webhook-senders', {
    config: { action: 'webhookSender.read' },
    schema: {
      tags,
      summary: 'List the senders of signed webhooks',
      querystring: pageQuery,
      response: { 200: page(webhookSender) },
    },
    handler: ({ query }) => listWebhookSenders(pool, query),
  });

  app.post('/webhook-senders', {
    config: { action: 'webhookSender.write', deed: 'webhookSender.create' },
    schema: {
      tags,
      summary: 'Create a sender of signed webhooks; its secret is shown this once',
      description:
        'Several may be valid at a time: to renew a secret, create another sender, change over, and revoke the first.',
      body: webhookSenderInput,
      response: { 201: createdWebhookSender },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { name } = request.body;
        const secret = `whsec_${randomBytes(secretBytes).toString('base64')}`;
        const sealed = sealer.seal(secret, webhookSecretPurpose);
        const id = await insertWebhookSender(tx, { name, sealed }, saved);
        await audit({ kind: 'webhookSender', id, name });
        const made = found('webhook sender', id, await findWebhookSender(tx, id));
        return { status: 201, body: { ...made, secret }, secret: true };
      }),
  });

  app.post('/webhook-senders/:id/revoke', {
    config: { action: 'webhookSender.write', deed: 'webhookSender.revoke' },
    schema: {
      tags,
      summary: 'Revoke a sender at once',
      params: referenceId,
      response: { 200: webhookSender },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const known = found('webhook sender', id, await findWebhookSender(tx, id));
        await revokeWebhookSender(tx, known.id, saved.at);
        await audit({ kind: 'webhookSender', id: known.id, name: known.name });
        const body = found('webhook sender', id, await findWebhookSender(tx, known.id));
        return { status: 200, body };
      }),
  });
}
