import { PatchbayError } from '@patchbay/contracts/errors';
import type { FastifyInstance } from 'fastify';

/** Reads bodies as JSON in well-formed UTF-8 and nothing else; an empty body stands for an empty object. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error as PatchbayError);
    }
  });
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new PatchbayError('MALFORMED_BODY', 'The body is not well-formed UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new PatchbayError(
      'MALFORMED_BODY',
      `The body is not well-formed JSON: ${(error as Error).message}.`,
    );
  }
}
