import { auditEntry, auditQuery } from '@patchbay/contracts/audit';
import { page } from '@patchbay/contracts/page';
import { listAudit } from '../db/audit.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';

/** `/api/v1/audit`: who did what, from where (O-09). */
export function auditRoutes(app: App, { pool }: HttpContext): void {
  app.get('/audit', {
    config: { action: 'audit.read' },
    schema: {
      tags: ['audit'],
      summary: 'List the audit, newest first',
      querystring: auditQuery,
      response: { 200: page(auditEntry) },
    },
    handler: ({ query }) => listAudit(pool, query, query),
  });
}
