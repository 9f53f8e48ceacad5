import { type ErrorCode, errorCatalogue, PatchbayError } from '@patchbay/contracts/errors';
import type { Problem } from '@patchbay/contracts/problem';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** More wrong fields than anybody reads; the rest is counted. */
const mostErrors = 50;

/** What Fastify itself refuses, in the catalogue's words. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'TOO_LARGE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_BODY',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'MALFORMED_BODY',
  FST_ERR_BAD_URL: 'INVALID_INPUT',
  FST_ERR_MAX_PARAM_LENGTH: 'INVALID_INPUT',
};

/** Any error as one of the catalogue; what is not foreseen is INTERNAL and says nothing of the inside. */
function asPatchbayError(error: unknown): PatchbayError {
  if (error instanceof PatchbayError) return error;
  const { code, statusCode = 500, message } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : fastifyCodes[code];
  if (known !== undefined) return new PatchbayError(known, message ?? errorCatalogue[known].title);
  if (statusCode >= 400 && statusCode < 500) {
    return new PatchbayError('INVALID_INPUT', message ?? 'The request is not valid.');
  }
  if (unstorable(code)) return new PatchbayError('INVALID_INPUT', 'A value is beyond what can be stored.');
  if (lostDatabase(code)) return new PatchbayError('UNAVAILABLE', 'The database does not answer.');
  return new PatchbayError('INTERNAL', 'The request could not be carried out.');
}

/** PostgreSQL's words for numbers and days out of range and for text that is none. */
function unstorable(code: string | undefined): boolean {
  return code === '22003' || code === '22008' || code === '22021' || code === '22P05';
}

/** Connection failures of the operating system, and PostgreSQL's classes 08 (connection) and 57P (shutdown). */
function lostDatabase(code: string | undefined): boolean {
  return code !== undefined && /^(?:ECONNREFUSED|ECONNRESET|ENOENT|08\w{3}|57P\w{2})$/.test(code);
}

/** Answers with an error as problem+json (RFC 9457, S-07). */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asPatchbayError(error);
  const { status, title, advice } = errorCatalogue[known.code];
  if (status >= 500) request.log.error({ err: error }, 'a request failed');
  const more = known.errors.length - mostErrors;
  const body: Problem = {
    type: `/api/docs#${known.code}`,
    title,
    status,
    code: known.code,
    detail: more > 0 ? `${known.message} (${more} more wrong fields are not listed.)` : known.message,
    advice,
    errors: known.errors.slice(0, mostErrors).map(({ path, message }) => ({ path, message })),
    correlationId: request.id,
  };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}
