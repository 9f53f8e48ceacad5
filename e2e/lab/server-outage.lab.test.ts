import { endpoint as endpointSchema } from '@patchbay/contracts/endpoint';
import { agentUnit, endpointPatchbay, startLabAgent, waitForAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { finishedRun, makeTask, makeWorkflow, openRun } from './lab-cycle.ts';

const lab = labAvailable();
const name = 'patient';
const limit = (what: string) => ({ timeoutMs: 60_000, what });

/** Counts its executions, and goes on when the file is there. */
const gated = `echo begun | tee -a /root/count
while [ ! -e /root/go-on ]; do sleep 0.1; done
rm /root/go-on
echo finished | tee -a /root/count
echo "outcome=done" >>"$PATCHBAY_FACTS"`;

describe.skipIf(!lab.ok)(`a server that is away for a while${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let server: PatchbayServer;
  let endpoint: LabEndpoint;

  beforeAll(async () => {
    [server, endpoint] = await Promise.all([startPatchbayServer(), startLabEndpoint({ name })]);
    await startLabAgent(endpoint, server);
    await makeTask(server.api, 'Gated', gated);
    await makeTask(server.api, 'Follow', 'echo followed >>/root/count');
    await makeWorkflow(server.api, 'Gated', { pre: ['Gated'], post: ['Follow'] });
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), endpoint?.stop()]);
  });

  beforeEach(async () => {
    // An agent that has lost its server several times in a row takes long pauses.
    await endpoint.execOrThrow(['systemctl', 'restart', agentUnit]);
    await endpoint.writeFile('/root/count', '');
  });

  /** Waits until the endpoint's file says these words. */
  const counted = (words: string): Promise<unknown> =>
    waitFor(
      async () => (await endpoint.readFile('/root/count')).split('\n').join(' ').trim() === words,
      limit(`the script to have said "${words}"`),
    );
  const connection = async (): Promise<unknown> => {
    const asked = await endpoint.execOrThrow([...endpointPatchbay, 'agent', 'status', '--json']);
    return (JSON.parse(asked) as { connection: { connected: boolean } }).connection.connected;
  };

  test.each([
    ['killed', (): Promise<void> => server.kill()],
    ['shut down', (): Promise<void> => server.shutDown()],
  ])(
    'E-09 given a server that is %s while a script runs, then the script ends without it and the run goes on afterwards',
    async (_how, end) => {
      await endpoint.writeFile('/root/count', '');
      const id = await openRun(server.api, name, 'Gated');
      await counted('begun');
      await end();
      await waitFor(async () => !(await connection()), limit('the agent to notice'));
      await endpoint.execOrThrow(['touch', '/root/go-on']);
      await counted('begun finished');

      await server.start();
      const run = await finishedRun(server.api, id);
      expect(run).toMatchObject({ result: 'succeeded', facts: { outcome: 'done' } });
      expect(run.steps.map(({ key, status, attempts }) => `${key} ${status} ${attempts}`)).toEqual([
        'pre-1 succeeded 1',
        'patch succeeded 1',
        'post-1 succeeded 1',
      ]);
      expect(await run.output('pre-1')).toBe('begun\nfinished\n');
      await counted('begun finished followed');
    },
  );

  test('E-08 E-09 given a script that outlasts the server and its return, then it is neither ended nor begun again', async () => {
    const id = await openRun(server.api, name, 'Gated');
    await counted('begun');
    await server.kill();
    await server.start();
    await waitForAgent(server, name);
    const { scannedAt } = await server.api.get(`/endpoints/${name}`, endpointSchema);
    expect(scannedAt).not.toBe(null);
    await endpoint.execOrThrow(['touch', '/root/go-on']);
    const run = await finishedRun(server.api, id);
    expect(run.result).toBe('succeeded');
    expect(run.activities.map(({ step, attempt, status }) => `${step} ${attempt} ${status}`)).toEqual([
      'post-1 1 succeeded',
      'patch 1 succeeded',
      'pre-1 1 succeeded',
    ]);
    await counted('begun finished followed');
  });
});
