import { createHash } from 'node:crypto';
import { cycle } from '@patchbay/contracts/cycle';
import { scriptTestRunInput } from '@patchbay/contracts/script-test-run';
import { openTestRun } from '../cycle/open-test-run.ts';
import { findCycle } from '../db/views/cycles.ts';
import type { App } from './app.ts';
import type { HttpContext } from './context.ts';
import { found } from './found.ts';
import { perform } from './perform.ts';

/** `POST /api/v1/script-test-runs`: the test-run of a script from its editor. */
export function scriptTestRunRoutes(app: App, context: HttpContext): void {
  app.post('/script-test-runs', {
    config: { action: 'script.testRun' },
    schema: {
      tags: ['scripts'],
      summary: 'Run a script once on one endpoint, before it is saved',
      description:
        'Opens a cycle of its own with one run. Exit code 0 is success. Nothing is kept in the library; the audit ' +
        'has the SHA-256 of what was run.',
      body: scriptTestRunInput,
      response: { 201: cycle },
    },
    handler: (request, reply) =>
      perform(context, request, reply, async ({ tx, saved, audit, afterCommit }) => {
        const { name, content } = request.body;
        const opened = await openTestRun(tx, context, request.body, saved);
        const sha256 = createHash('sha256').update(content).digest('hex');
        await audit(
          { kind: 'endpoint', id: opened.endpoint.id, name: opened.endpoint.name },
          { script: name, sha256, cycle: String(opened.cycle) },
        );
        afterCommit(() => context.engine.wake());
        const body = found('cycle', opened.cycle, await findCycle(tx, opened.cycle));
        return { status: 201, body, location: `/cycles/${opened.cycle}` };
      }),
  });
}
