import { endpoint as endpointSchema, endpointSummary } from '@patchbay/contracts/endpoint';
import { agentUnit, endpointPatchbay, startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishedRun, makeTask, makeWorkflow, openRun, openTaskRun } from './lab-cycle.ts';

const lab = labAvailable();
const limit = (what: string) => ({ timeoutMs: 60_000, what });

describe.skipIf(!lab.ok)(`what an endpoint lets be done${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let server: PatchbayServer;
  let guarded: LabEndpoint;
  let open: LabEndpoint;

  beforeAll(async () => {
    const packages = ['lab-app', 'lab-kernel'].map((name) => ({ name, version: '1.0' }));
    [server, guarded, open] = await Promise.all([
      startPatchbayServer(),
      startLabEndpoint({ name: 'guarded', packages }),
      startLabEndpoint({ name: 'open' }),
    ]);
    await guarded.publishPackage({ name: 'lab-app', version: '1.1', security: true });
    await guarded.publishPackage({ name: 'lab-kernel', version: '1.1', rebootRequired: true });
    await guarded.execOrThrow(['apt-get', 'update', '-qq']);
    await Promise.all([
      startLabAgent(guarded, server, { enrolWith: ['--rehearsal-only'] }),
      startLabAgent(open, server),
    ]);
    const { api } = server;
    await makeTask(api, 'Look', 'echo looked >>/root/looks', { safeInRehearsal: true });
    await makeTask(api, 'Touch', 'echo touched >>/root/touches');
    await makeTask(api, 'Gated', ': >/root/gated; while [ ! -e /root/go-on ]; do sleep 0.1; done');
    await makeTask(api, 'Only by hand', 'echo "by hand on $(hostname)"; exit 4', {
      category: 'Internal Script',
      successExitCodes: [4],
    });
    await makeWorkflow(api, 'Patch', {
      pre: ['Look', 'Touch'],
      post: ['Check if a Reboot Is Needed (Linux)', 'Simple Linux Reboot'],
      after: ['Look'],
    });
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), guarded?.stop(), open?.stop()]);
  });

  const state = (): Promise<string> =>
    guarded.execOrThrow([
      'sh',
      '-c',
      'dpkg-query -W; find /etc /usr /var/lib/dpkg -xdev -newer /root/now; cat /proc/sys/kernel/random/boot_id',
    ]);

  test('P-10 given an endpoint that may only be rehearsed on, then a plan is rehearsed and changes nothing', async () => {
    await guarded.writeFile('/root/now', '');
    const before = await state();
    const run = await finishedRun(
      server.api,
      await openRun(server.api, 'guarded', 'Patch', { mode: 'rehearsal' }),
    );
    expect(run).toMatchObject({ result: 'succeeded', mode: 'rehearsal', rebooted: false });
    expect(run.lines).toEqual([
      'pre-1 succeeded: exit code 0 is in its success list [0]',
      'pre-2 skipped: it is not marked safe in rehearsal',
      'patch succeeded: 2 patches would be installed, 1 for security',
      'post-1 succeeded: exit code 0 is in its success list [0]',
      'post-2 skipped: it would reboot, which a rehearsal does not do',
      'check-1 succeeded: exit code 0 is in its success list [0]',
    ]);
    const patches = run.activities.find(({ step }) => step === 'patch')?.patches;
    expect(patches?.map(({ id, outcome, security }) => [id, outcome, security]).toSorted()).toEqual([
      ['lab-app=1.1', 'wouldInstall', true],
      ['lab-kernel=1.1', 'wouldInstall', false],
    ]);
    expect(await state()).toBe(before);
    expect((await guarded.exec(['test', '-e', '/root/touches'])).code).toBe(1);
  });

  test('P-10 given an endpoint that may only be rehearsed on, then it refuses to install and to reboot', async () => {
    const before = await state();
    const { policy } = await server.api.get('/endpoints/guarded', endpointSchema);
    expect(policy).toEqual({ scan: true, run: true, install: false, reboot: false });
    const run = await finishedRun(server.api, await openRun(server.api, 'guarded', 'Patch'));
    expect(run.result).toBe('failed');
    expect(run.lines.slice(2)).toEqual([
      'patch failed: the endpoint refused it: the local policy of this endpoint does not allow installing patches',
      'post-1 succeeded: exit code 0 is in its success list [0]',
      'post-2 failed: the endpoint refused it: the local policy of this endpoint does not allow reboots',
      expect.stringMatching(/^check-1 /),
    ]);
    const refused = run.activities.filter(({ status }) => status === 'refused').map(({ step }) => step);
    expect(refused).toEqual(['post-2', 'patch']);
    expect(await state()).toBe(before);
    expect(guarded.boots).toHaveLength(1);
  });

  test('L-26 a task is run on an endpoint outside any plan, and its output read', async () => {
    const result = await server.patchbay(['task', 'run', 'Only by hand', '--on', 'endpoint:open', '--wait']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(
      /^open: Only by hand: succeeded \(exit code 4 is in its success list \[4\]\)$/m,
    );
    const list = await server.patchbay(['activity', 'list', '--endpoint', 'open']);
    const [id = '', , , phase] = list.stdout.split('\t');
    expect(phase).toBe('task');
    const output = await server.patchbay(['activity', 'output', id]);
    expect(output).toMatchObject({ code: 0, stdout: 'by hand on open\n' });
  });

  test('S-04 given an endpoint that is revoked, then its agent is cut off and its run ended, at once and for good', async () => {
    const atWork = await openTaskRun(server.api, { task: 'Gated', on: 'endpoint:open' });
    await waitFor(
      async () => (await open.exec(['test', '-e', '/root/gated'])).code === 0,
      limit('the script to run'),
    );
    const revoked = await server.patchbay(['endpoint', 'revoke', 'open']);
    expect(revoked).toMatchObject({ code: 0, stdout: '"open" is revoked.\n' });
    const lost = await finishedRun(server.api, atWork);
    expect(lost).toMatchObject({ result: 'failed', reason: 'task "Gated" failed: the endpoint was revoked' });
    expect(lost.activities).toMatchObject([{ status: 'lost' }]);
    await open.writeFile('/root/go-on', '');
    await waitFor(
      async () => (await open.exec(['systemctl', 'is-active', agentUnit])).stdout === 'failed\n',
      limit('the agent to be sent away, and not to be started again'),
    );
    const status = await open.execOrThrow([...endpointPatchbay, 'agent', 'status']);
    expect(status).toMatch(/^connection +disconnected since .*the endpoint was revoked \(REVOKED\)/m);
    const left = await server.api.list('/endpoints', endpointSummary, { status: 'revoked' });
    expect(left.map(({ name, status }) => [name, status])).toEqual([['open', 'revoked']]);
    const refused = await server.patchbay(['task', 'run', 'Only by hand', '--on', 'endpoint:open']);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/^[A-Z_]+: /) });

    const other = await openTaskRun(server.api, { task: 'Look', on: 'all' });
    expect((await finishedRun(server.api, other)).endpoint.name).toBe('guarded');
  });
});
