import {
  createdEnrolmentToken,
  enrolmentToken,
  enrolmentTokenInput,
} from '@patchbay/contracts/enrolment-token';
import { page, pageQuery } from '@patchbay/contracts/page';
import { z } from 'zod';
import {
  findEnrolmentToken,
  insertEnrolmentToken,
  listEnrolmentTokens,
  revokeEnrolmentToken,
} from '../db/enrolment-tokens.ts';
import { newToken } from '../db/token-hash.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

const tags = ['enrolment tokens'];
const tokenId = z.strictObject({ id: z.uuid() });

/** `/api/v1/enrolment-tokens`: what agents enrol with (E-01). */
export function enrolmentTokenRoutes(app: App, context: HttpContext): void {
  const { pool, now } = context;

  app.get('/enrolment-tokens', {
    config: { action: 'enrolmentToken.read' },
    schema: {
      tags,
      summary: 'List enrolment tokens',
      querystring: pageQuery,
      response: { 200: page(enrolmentToken) },
    },
    handler: ({ query }) => listEnrolmentTokens(pool, query, new Date(now())),
  });

  app.post('/enrolment-tokens', {
    config: { action: 'enrolmentToken.write', deed: 'enrolmentToken.create' },
    schema: {
      tags,
      summary: 'Create an enrolment token; it is shown this once',
      body: enrolmentTokenInput,
      response: { 201: createdEnrolmentToken },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { description, uses, expiresInMinutes, tags: given } = request.body;
        const token = newToken('patchbay_enrol');
        const expiresAt = new Date(saved.at.getTime() + expiresInMinutes * 60_000);
        const stored = { description, uses, tags: given, token, expiresAt };
        const id = await insertEnrolmentToken(tx, { ...stored, createdBy: saved.by, createdAt: saved.at });
        await audit({ kind: 'enrolmentToken', id, name: null }, { uses: String(uses) });
        const made = found('enrolment token', id, await findEnrolmentToken(tx, id, saved.at));
        return { status: 201, body: { ...made, token }, secret: true };
      }),
  });

  app.post('/enrolment-tokens/:id/revoke', {
    config: { action: 'enrolmentToken.write', deed: 'enrolmentToken.revoke' },
    schema: {
      tags,
      summary: 'Revoke an enrolment token',
      params: tokenId,
      response: { 200: enrolmentToken },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit }) => {
        const { id } = request.params;
        found('enrolment token', id, await findEnrolmentToken(tx, id, saved.at));
        await revokeEnrolmentToken(tx, id, saved.at);
        await audit({ kind: 'enrolmentToken', id, name: null });
        const body = found('enrolment token', id, await findEnrolmentToken(tx, id, saved.at));
        return { status: 200, body };
      }),
  });
}
