import { enrolRequest, enrolResponse } from '@patchbay/contracts/agent-protocol';
import { PatchbayError } from '@patchbay/contracts/errors';
import { limits } from '@patchbay/contracts/limits';
import { enrolText } from '@patchbay/contracts/signing-text';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { verifySignature } from './ed25519.ts';
import type { GatewayContext } from './gateway-context.ts';

/** `POST /agent/v1/enrol` (E-01): a token's holder adds an endpoint with a key that it proves to own. */
export function enrolRoute(app: FastifyInstance, context: Pick<GatewayContext, 'store' | 'key'>): void {
  app.withTypeProvider<ZodTypeProvider>().route({
    method: 'POST',
    url: '/agent/v1/enrol',
    // Anybody may call this, and checking a proof costs time.
    bodyLimit: limits.signInBytes,
    config: { action: 'public', rateLimit: { max: 600, timeWindow: '1 minute' } },
    schema: {
      tags: ['agents'],
      summary: 'Enrol this machine as an endpoint',
      body: enrolRequest,
      response: { 201: enrolResponse },
    },
    handler: async (request, reply) => {
      const { token, publicKey, name, proof } = request.body;
      if (!verifySignature(publicKey, enrolText(token, publicKey, name), proof)) {
        throw new PatchbayError('ENROLMENT_REFUSED', 'The proof was not made with the key that was sent.');
      }
      const from = { address: request.ip, correlationId: request.id };
      const enrolled = await context.store.enrol(request.body, from);
      return reply.code(201).send({ ...enrolled, installationKey: context.key.publicKey });
    },
  });
}
