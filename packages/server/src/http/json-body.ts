import { PatchbayError } from '@patchbay/contracts/errors';
import { limits } from '@patchbay/contracts/limits';
import type { FastifyInstance } from 'fastify';

/** Reads bodies as JSON in well-formed UTF-8 and nothing else; an empty body stands for an empty object. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.decorateRequest('signedBytes', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.config.signed) request.signedBytes = body;
    try {
      done(null, parseJson(body, request.routeOptions.config.mostValues ?? limits.requestValues));
    } catch (error) {
      done(error as PatchbayError);
    }
  });
  app.addHook('preValidation', async (request) => {
    if (request.body === undefined && request.routeOptions.schema?.body !== undefined) request.body = {};
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(body: Buffer, mostValues: number): unknown {
  if (body.length === 0) return {};
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new PatchbayError('MALFORMED_BODY', 'The body is not well-formed UTF-8.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new PatchbayError('MALFORMED_BODY', `The body is not well-formed JSON: ${message}.`);
  }
  if (hasMoreValues(value, mostValues)) {
    throw new PatchbayError('TOO_LARGE', `The body holds more than ${mostValues} values.`);
  }
  return value;
}

/** Checking hundreds of thousands of wrong fields would cost seconds; counting them does not. */
function hasMoreValues(value: unknown, most: number): boolean {
  const open: unknown[] = [value];
  let count = 0;
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (typeof one !== 'object' || one === null) continue;
    const inside = Object.values(one);
    count += inside.length;
    if (count > most) return true;
    for (const child of inside) open.push(child);
  }
  return false;
}
