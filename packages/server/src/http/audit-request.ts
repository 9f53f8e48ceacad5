import type { FastifyRequest } from 'fastify';
import { type AuditedDeed, insertAudit } from '../db/audit.ts';
import type { Transaction } from '../db/pool.ts';

/** What was done with a request; `action` when it is not what the route is called. */
export type RequestedDeed = Pick<AuditedDeed, 'actor' | 'object' | 'details' | 'at'> & {
  readonly action?: string;
};

/** Adds to the audit what was done with a request, and where that came from (O-09). */
export async function auditRequest(
  tx: Transaction,
  request: FastifyRequest,
  deed: RequestedDeed,
): Promise<void> {
  await insertAudit(tx, deedOfRequest(request, deed));
}

/** The audit's entry for what is done with a request, for whoever writes it. */
export function deedOfRequest(request: FastifyRequest, deed: RequestedDeed): AuditedDeed {
  const from = { address: request.ip, correlationId: request.id };
  return { action: routeAction(request), ...deed, ...from };
}

/** Says what was done by the route's own name, such as `plan.activate`. */
export function routeAction(request: FastifyRequest): string {
  const { config } = request.routeOptions;
  return config.deed ?? String(config.action);
}
