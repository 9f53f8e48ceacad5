import { randomUUID } from 'node:crypto';
import type { Endpoint, EndpointSummary } from '@patchbay/contracts/endpoint';
import type { LiveEvent } from '@patchbay/contracts/live-event';
import type { Page } from '@patchbay/contracts/page';
import type { TaskDraft } from '@patchbay/contracts/task';
import type { ActivityToSend } from '@patchbay/server/engine/engine';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import { reportOf } from './engine-fixture.ts';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

/** A connected endpoint. */
async function connected(name: string): Promise<string> {
  const [id] = await http.endpoints('linux', name);
  await http.context.engine.connected(String(id), 'boot-1', []);
  return String(id);
}

const healthCheck = (over: Partial<TaskDraft> = {}): Promise<string> =>
  http.task({ category: 'Health Check', ...over });
const read = (name: string): Promise<Endpoint> => http.ok('GET', `endpoints/${name}`);

/** The activity that the endpoint is to carry out next. */
function activityOf(endpoint: string): Promise<Pick<ActivityToSend, 'run' | 'step' | 'attempt'>> {
  return waitFor(
    async () => {
      const { rows } = await http.context.pool.query<ActivityToSend>(
        'select run, step, attempt from activities where endpoint = $1 and finished_at is null',
        [endpoint],
      );
      return rows[0];
    },
    { what: 'the activity' },
  );
}

/** The endpoint does its next activity with this exit code. */
async function does(endpoint: string, exitCode: number): Promise<number> {
  const activity = await activityOf(endpoint);
  const report = reportOf(activity, { kind: 'exited', exitCode, facts: {} });
  expect(await http.context.engine.report(endpoint, report)).toBe('stored');
  return activity.run;
}

/** Run Task by hand; answers the run. */
async function check(task: string, endpoint: string, exitCode: number): Promise<number> {
  await http.ok('POST', 'task-runs', { task, on: `endpoint:${endpoint}` });
  return does(endpoint, exitCode);
}

const named = async (query: string): Promise<string[]> =>
  (await http.ok<Page<EndpointSummary>>('GET', `endpoints?${query}`)).items.map(({ name }) => name);

describe('L-27 the health of an endpoint', () => {
  it('L-27 given a health check, when it fails, then its endpoint is unhealthy, with what, when and why, until it passes', async () => {
    const endpoint = await connected('web');
    await connected('other');
    const task = await healthCheck({ name: 'The shop answers' });
    expect(await read('web')).toMatchObject({ health: null, healthChecks: [] });
    const failed = await check(task, endpoint, 7);
    const ill = await read('web');
    expect(ill).toMatchObject({
      health: 'unhealthy',
      healthChecks: [
        {
          task: { name: task },
          healthy: false,
          reason: 'exit code 7 is not in its success list [0]',
          run: failed,
        },
      ],
    });
    expect(await named('health=unhealthy')).toEqual(['web']);
    const again = await check(task, endpoint, 8);
    const still = await read('web');
    expect(still.healthChecks).toMatchObject([{ run: again, since: ill.healthChecks[0]?.since }]);
    await check(task, endpoint, 0);
    expect((await read('web')).health).toBe('healthy');
    expect(await named('health=healthy')).toEqual(['web']);
    expect(await named('health=unhealthy')).toEqual([]);
    expect(await named('health=unknown')).toEqual(['other']);
  });

  it('L-27 given two checks, then one that fails is enough, and one that is deleted or no check any more does not count', async () => {
    const endpoint = await connected('db');
    const [good, bad, former] = [await healthCheck(), await healthCheck(), await healthCheck()];
    await check(good, endpoint, 0);
    await check(bad, endpoint, 1);
    await check(former, endpoint, 1);
    expect((await read('db')).healthChecks.map(({ healthy }) => healthy)).toEqual([false, false, true]);
    await http.ok('DELETE', `tasks/${bad}`);
    expect((await read('db')).health).toBe('unhealthy');
    const body = { name: former, os: 'linux', script: former, category: 'General' };
    await http.ok('PUT', `tasks/${former}`, body, { 'if-match': '*' });
    expect(await read('db')).toMatchObject({ health: 'healthy', healthChecks: [{ task: { name: good } }] });
  });

  it('L-27 given a check with a retry, then only its last attempt decides, and other tasks never do', async () => {
    const endpoint = await connected('retrying');
    const task = await healthCheck({ retries: { count: 1, delaySeconds: 0 } });
    await check(task, endpoint, 1);
    expect((await read('retrying')).health).toBeNull();
    await does(endpoint, 1);
    expect((await read('retrying')).health).toBe('unhealthy');
    const plain = await connected('plain');
    await check(await http.task(), plain, 1);
    expect((await read('plain')).health).toBeNull();
  });

  it('L-27 L-51 given a check after the reboot of a workflow, then it decides about the health as well', async () => {
    const endpoint = await connected('cycled');
    const task = await healthCheck();
    await http.ok('POST', 'workflows', { name: 'Checked', os: 'linux', afterReboot: [{ task }] });
    await http
      .ok('POST', 'plans', {
        name: randomUUID(),
        assignments: [{ endpoints: 'endpoint:cycled', os: 'linux', workflow: 'Checked' }],
      })
      .then((plan) => http.ok('POST', `plans/${(plan as { id: string }).id}/activate`));
    const patch = await activityOf(endpoint);
    const reboot = { needed: false, reasons: [] };
    await http.context.engine.report(endpoint, reportOf(patch, { kind: 'patched', patches: [], reboot }));
    await does(endpoint, 3);
    expect(await read('cycled')).toMatchObject({ health: 'unhealthy', healthChecks: [{ run: patch.run }] });
  });

  it('L-27 given somebody who listens, when the health changes, then they are told of the endpoint', async () => {
    const endpoint = await connected('heard');
    const task = await healthCheck();
    const heard: LiveEvent[] = [];
    const end = http.context.liveEvents.subscribe((event) => heard.push(event));
    const told = () =>
      waitFor(() => heard.some(({ kind, ids }) => kind === 'endpoint' && ids.includes(endpoint)), {
        what: 'the event',
      });
    // What is there when the listening begins is no news.
    await waitFor(async () => connected(randomUUID()).then(() => heard.length > 0), {
      what: 'the first event',
    });
    heard.length = 0;
    await check(task, endpoint, 1);
    await told();
    heard.length = 0;
    await check(task, endpoint, 0);
    await told();
    end();
  });
});
