import { logEntry, logQuery } from '@patchbay/contracts/log';
import { page } from '@patchbay/contracts/page';
import { listLogEntries } from '../db/log-entries.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';

/** `/api/v1/logs`: Logs & Alerts (O-04). */
export function logRoutes(app: App, { pool }: HttpContext): void {
  app.get('/logs', {
    config: { action: 'log.read' },
    schema: {
      tags: ['logs'],
      summary: 'List the entries of Logs & Alerts, the latest first',
      description:
        'Entries are dated by when it happened: what an endpoint reports late appears among what happened then. ' +
        'With `after`, the id of an entry, only those come that were recorded after it.',
      querystring: logQuery,
      response: { 200: page(logEntry) },
    },
    handler: async ({ query }) => {
      const { endpoint } = query;
      const id = endpoint && found('endpoint', endpoint, await findEndpoint(pool, endpoint)).id;
      return listLogEntries(pool, { ...query, endpoint: id }, query);
    },
  });
}
