import { apiToken, apiTokenInput, createdApiToken } from '@patchbay/contracts/api-token';
import { page, pageQuery } from '@patchbay/contracts/page';
import { referenceId } from '@patchbay/contracts/run';
import { findApiToken, insertApiToken, listApiTokens, revokeApiToken } from '../db/api-tokens.ts';
import { newToken } from '../db/token-hash.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['API tokens'];
const dayMs = 24 * 3_600_000;

/** `/api/v1/api-tokens` (S-03). */
export function apiTokenRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.get('/api-tokens', {
    config: { action: 'apiToken.read' },
    schema: { tags, summary: 'List API tokens', querystring: pageQuery, response: { 200: page(apiToken) } },
    handler: ({ query }) => listApiTokens(pool, query, new Date(now())),
  });

  app.post('/api-tokens', {
    config: { action: 'apiToken.write', deed: 'apiToken.create' },
    schema: {
      tags,
      summary: 'Create an API token; it is shown this once',
      body: apiTokenInput,
      response: { 201: createdApiToken },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { name, role, expiresInDays } = request.body;
        const token = newToken('patchbay_api');
        const expiresAt =
          expiresInDays === null ? null : new Date(saved.at.getTime() + expiresInDays * dayMs);
        const stored = { name, role, token, createdBy: saved.by, createdAt: saved.at, expiresAt };
        const id = await insertApiToken(tx, stored);
        await audit({ kind: 'apiToken', id, name }, { role });
        const made = found('API token', id, await findApiToken(tx, id, saved.at));
        return { status: 201, body: { ...made, token }, secret: true };
      }),
  });

  app.post('/api-tokens/:id/revoke', {
    config: { action: 'apiToken.write', deed: 'apiToken.revoke' },
    schema: {
      tags,
      summary: 'Revoke an API token at once',
      params: referenceId,
      response: { 200: apiToken },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        const known = found('API token', id, await findApiToken(tx, id, saved.at));
        await revokeApiToken(tx, known.id, saved.at);
        await audit({ kind: 'apiToken', id: known.id, name: known.name });
        const body = found('API token', id, await findApiToken(tx, known.id, saved.at));
        return { status: 200, body };
      }),
  });
}
