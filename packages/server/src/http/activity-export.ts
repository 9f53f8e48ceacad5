import { Readable } from 'node:stream';
import { type ActivitySummary, activityExportQuery } from '@patchbay/contracts/activity';
import type { Page } from '@patchbay/contracts/page';
import { type ActivityFilter, listActivities } from '../db/views/activities.ts';
import { findEndpoint } from '../db/views/endpoints.ts';
import { type Cell, csvLine } from '../report/csv.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';

/** Rows that are read at once. */
const pageRows = 500;

const columns: readonly (readonly [head: string, cell: (activity: ActivitySummary) => Cell])[] = [
  ['activity', ({ id }) => id],
  ['endpoint', ({ endpoint }) => endpoint.name],
  ['task', ({ name }) => name],
  ['plan', ({ plan }) => plan?.name ?? null],
  ['cycle', ({ cycle }) => cycle],
  ['run', ({ run }) => run],
  ['phase', ({ phase }) => phase],
  ['attempt', ({ attempt }) => attempt],
  ['status', ({ status }) => status],
  ['exit code', ({ exitCode }) => exitCode],
  ['created', ({ createdAt }) => createdAt],
  ['started', ({ startedAt }) => startedAt],
  ['finished', ({ finishedAt }) => finishedAt],
  ['started by', ({ startedBy }) => startedBy],
];

/** `GET /api/v1/activities/export`: the list of activities as CSV, written as it is read (O-01). */
export function activityExportRoutes(app: App, { pool }: HttpContext): void {
  async function* lines(filter: ActivityFilter): AsyncGenerator<string> {
    yield csvLine(columns.map(([head]) => head));
    let cursor: string | undefined;
    do {
      const page: Page<ActivitySummary> = await listActivities(pool, filter, { cursor, limit: pageRows });
      yield page.items.map((item) => csvLine(columns.map(([, cell]) => cell(item)))).join('');
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  app.get('/activities/export', {
    exposeHeadRoute: false,
    config: { action: 'activity.read' },
    schema: {
      tags: ['activities'],
      summary: 'The list of activities as CSV, whole',
      querystring: activityExportQuery,
      produces: ['text/csv'],
    },
    handler: async ({ query }, reply) => {
      const { endpoint } = query;
      const id = endpoint && found('endpoint', endpoint, await findEndpoint(pool, endpoint)).id;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="activities.csv"')
        .send(Readable.from(lines({ ...query, endpoint: id })));
    },
  });
}
