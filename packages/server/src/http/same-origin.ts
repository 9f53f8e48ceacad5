import { PatchbayError } from '@patchbay/contracts/errors';
import type { FastifyRequest } from 'fastify';

/**
 * Refuses what a page of another site makes a browser send (S-01): cookies go with it, so a cookie alone does not show
 * that the user wants it. `unless`: what is allowed without a browser's word on where the request comes from.
 *
 * @throws CROSS_SITE
 */
export function requireSameOrigin(request: FastifyRequest, unless?: 'unsaid'): void {
  const from = origin(request);
  if (from === 'same' || (from === 'unsaid' && unless === 'unsaid')) return;
  const said =
    from === 'unsaid' ? 'The browser does not say which site it comes from.' : 'It was sent by another site.';
  throw new PatchbayError('CROSS_SITE', said);
}

function origin({ headers, host }: FastifyRequest): 'same' | 'other' | 'unsaid' {
  // A browser sends Sec-Fetch-Site over HTTPS and to its own machine, and no page can change it.
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' ? 'same' : 'other';
  if (headers.origin === undefined) return 'unsaid';
  return URL.canParse(headers.origin) && new URL(headers.origin).host === host ? 'same' : 'other';
}
