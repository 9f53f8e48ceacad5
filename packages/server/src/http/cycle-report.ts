import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { cycleReport, reportMail } from '@patchbay/contracts/cycle-report';
import { cycleTimeline } from '@patchbay/contracts/cycle-timeline';
import { numberId } from '@patchbay/contracts/run';
import { z } from 'zod';
import { listReportMails } from '../db/report-mails.ts';
import { cycleReport as readReport } from '../db/views/cycle-report.ts';
import { cycleTimeline as readTimeline } from '../db/views/cycle-timeline.ts';
import { findCycle } from '../db/views/cycles.ts';
import { cycleTable } from '../report/cycle-table.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { cycleReportPage } from './cycle-report-page.ts';
import { found } from './found.ts';
import { contentSecurityPolicy } from './security-headers.ts';

const tags = ['cycles'];
const timelineSteps = 200;

/** `/api/v1/cycles/:id/report` and `/timeline`: what happened in a cycle (P-14, P-15). */
export function cycleReportRoutes(app: App, { pool, now }: HttpContext): void {
  const report = async (id: number) => readReport(pool, found('cycle', id, await findCycle(pool, id)), now());

  app.get('/cycles/:id/timeline', {
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'Tell how many runs of a cycle were in which phase, from its opening on',
      params: numberId,
      response: { 200: cycleTimeline },
    },
    handler: async ({ params: { id } }) => {
      const { openedAt, finishedAt, runs } = found('cycle', id, await findCycle(pool, id));
      const to = finishedAt === null ? new Date(now()) : new Date(finishedAt);
      const span = { from: new Date(openedAt), to, total: runs.total, steps: timelineSteps };
      return readTimeline(pool, id, span);
    },
  });

  app.get('/cycles/:id/report', {
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'Report what happened in a cycle; also as /report.html and /report.csv',
      params: numberId,
      response: { 200: cycleReport },
    },
    handler: ({ params: { id } }) => report(id),
  });

  app.get('/cycles/:id/report.html', {
    exposeHeadRoute: false,
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'The report of a cycle as a page that prints well',
      params: numberId,
      produces: ['text/html'],
    },
    handler: async ({ params: { id } }, reply) => {
      const nonce = randomBytes(16).toString('base64url');
      const page = cycleReportPage(await report(id), nonce);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', contentSecurityPolicy(nonce))
        .send(page);
    },
  });

  app.get('/cycles/:id/report.csv', {
    exposeHeadRoute: false,
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'The report of a cycle as CSV: a line for each patch on each endpoint',
      params: numberId,
      produces: ['text/csv'],
    },
    handler: async ({ params: { id } }, reply) => {
      found('cycle', id, await findCycle(pool, id));
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="cycle-${id}.csv"`)
        .send(Readable.from(cycleTable(pool, id)));
    },
  });

  app.get('/cycles/:id/report/mails', {
    config: { action: 'cycle.read' },
    schema: {
      tags,
      summary: 'Tell how the report of a cycle gets to those whom its plan names',
      description: 'It is mailed when the cycle has finished, and tried for a day.',
      params: numberId,
      response: { 200: z.array(reportMail) },
    },
    handler: async ({ params: { id } }) => {
      found('cycle', id, await findCycle(pool, id));
      return listReportMails(pool, id);
    },
  });
}
