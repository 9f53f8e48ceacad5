import { run as runSchema } from '@patchbay/contracts/run';
import { startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeSetting,
  type FinishedRun,
  finishedRun,
  makeTask,
  makeWorkflow,
  openRun,
  waitForRun,
} from './lab-cycle.ts';

const lab = labAvailable();
const name = 'controlled';
const ok = 'exit code 0 is in its success list [0]';

describe.skipIf(!lab.ok)(`workflow control on a real endpoint${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let server: PatchbayServer;
  let endpoint: LabEndpoint;

  beforeAll(async () => {
    const packages = ['lab-app', 'lab-odd'].map((name) => ({ name, version: '1.0' }));
    [server, endpoint] = await Promise.all([startPatchbayServer(), startLabEndpoint({ name, packages })]);
    await startLabAgent(endpoint, server);
    await makeTask(server.api, 'Exit 3', 'exit 3');
    await makeTask(server.api, 'Exit 3 is fine', 'exit 3', { successExitCodes: [0, 3] });
    await makeTask(server.api, 'Leave a mark', 'echo marked | tee -a /root/marks');
    await makeWorkflow(server.api, 'Refuse', { pre: ['Exit 3'], post: ['Leave a mark'] });
    await makeWorkflow(server.api, 'Accept', { pre: ['Exit 3 is fine'], post: ['Leave a mark'] });
    await makeWorkflow(server.api, 'Patch', { post: ['Leave a mark'] });
  });
  afterAll(async () => {
    await Promise.all([server?.[Symbol.asyncDispose](), endpoint?.stop()]);
  });

  const runOf = async (workflow: string): Promise<FinishedRun> =>
    finishedRun(server.api, await openRun(server.api, name, workflow));
  const versions = async (): Promise<string> =>
    endpoint.execOrThrow(['dpkg-query', '-W', '-f', '${Package} ${Version} ${db:Status-Abbrev}\n', 'lab-*']);
  /** How often the post-patching step has run since this was asked last. */
  const marks = async (): Promise<number> => {
    const { stdout } = await endpoint.exec(['cat', '/root/marks']);
    await endpoint.execOrThrow(['rm', '-f', '/root/marks']);
    return stdout.split('\n').length - 1;
  };

  test('W-02 W-03 given a pre-patching step that exits with 3, then nothing is patched and nothing follows', async () => {
    await endpoint.publishPackage({ name: 'lab-app', version: '1.1' });
    const run = await runOf('Refuse');
    expect(run).toMatchObject({ result: 'failed', rebooted: false });
    expect(run.reason).toContain('"Exit 3"');
    expect(run.lines).toEqual([
      'pre-1 failed: exit code 3 is not in its success list [0]',
      'patch notRun: pre-patching step "Exit 3" failed',
      'post-1 notRun: pre-patching failed and postPatching.afterPreFailure is "never" (system configuration)',
    ]);
    expect(run.activities.map(({ step, exitCode }) => [step, exitCode])).toEqual([['pre-1', 3]]);
    expect(await versions()).toBe('lab-app 1.0 ii \nlab-odd 1.0 ii \n');
    expect(await marks()).toBe(0);
  });

  test('W-03 W-07 given afterPreFailure=always, then post-patching follows, unless the workflow says otherwise', async () => {
    await changeSetting(server.api, 'postPatching.afterPreFailure', 'always');
    const run = await runOf('Refuse');
    expect(run).toMatchObject({
      result: 'failed',
      control: { afterPreFailure: { value: 'always', from: 'system' } },
    });
    expect(run.lines.slice(1)).toEqual([
      'patch notRun: pre-patching step "Exit 3" failed',
      `post-1 succeeded: ${ok}`,
    ]);
    expect(run.notes).toContain(
      'Attempt 1 of post-patching step "Leave a mark" was sent to the endpoint, since pre-patching failed ' +
        'and postPatching.afterPreFailure is "always" (system configuration).',
    );
    expect(await marks()).toBe(1);

    const steps = { pre: ['Exit 3'], post: ['Leave a mark'] };
    await makeWorkflow(server.api, 'Refuse by itself', steps, { afterPreFailure: 'never' });
    const strict = await runOf('Refuse by itself');
    expect(strict.control.afterPreFailure).toEqual({ value: 'never', from: 'workflow' });
    expect(strict.lines[2]).toBe(
      'post-1 notRun: pre-patching failed and postPatching.afterPreFailure is "never" (set by the workflow)',
    );
    expect(await marks()).toBe(0);
    expect(await versions()).toBe('lab-app 1.0 ii \nlab-odd 1.0 ii \n');
  });

  test('W-01 given success exit codes [0, 3], then exit code 3 lets the run go on to patch', async () => {
    const run = await runOf('Accept');
    expect(run.result).toBe('succeeded');
    expect(run.lines).toEqual([
      'pre-1 succeeded: exit code 3 is in its success list [0, 3]',
      'patch succeeded: 1 patch was installed',
      `post-1 succeeded: ${ok}`,
    ]);
    expect(await versions()).toBe('lab-app 1.1 ii \nlab-odd 1.0 ii \n');
    expect(await marks()).toBe(1);
  });

  test("W-05 E-05 given one package's postinst that fails, then the run is partial and post-patching follows", async () => {
    await endpoint.publishPackage({ name: 'lab-app', version: '1.2' });
    await endpoint.publishPackage({ name: 'lab-odd', version: '1.1', postinst: 'exit 7' });
    const run = await runOf('Patch');
    expect(run.result).toBe('partial');
    expect(run.lines).toEqual([
      'patch partial: 1 of 2 patches were installed, 1 failed',
      `post-1 succeeded: ${ok}`,
    ]);
    const patching = run.activities.find(({ step }) => step === 'patch');
    const outcomes = patching?.patches.map(({ package: of, outcome, message }) => [of, outcome, message]);
    expect(outcomes?.toSorted()).toEqual([
      ['lab-app', 'installed', null],
      ['lab-odd', 'failed', expect.stringContaining('exit status 7')],
    ]);
    expect(patching?.status).toBe('partial');
    expect(await versions()).toBe('lab-app 1.2 ii \nlab-odd 1.1 iF \n');
    expect(await marks()).toBe(1);
  });

  test('W-06 W-07 given that all patches fail, then the run has failed and post-patching follows by setting', async () => {
    const drained = await runOf('Patch');
    expect(drained).toMatchObject({
      result: 'failed',
      control: { afterPatchFailure: { value: 'always', from: 'system' } },
    });
    expect(drained.lines).toEqual([
      'patch failed: no patch could be installed, 1 failed',
      `post-1 succeeded: ${ok}`,
    ]);
    expect(await marks()).toBe(1);

    await changeSetting(server.api, 'postPatching.afterPatchFailure', 'never');
    const left = await runOf('Patch');
    expect(left.lines[1]).toBe(
      'post-1 notRun: patching failed and postPatching.afterPatchFailure is "never" (system configuration)',
    );
    expect(await marks()).toBe(0);
  });

  test('W-05 given patches that work at last and then none, then both runs succeed', async () => {
    await endpoint.publishPackage({ name: 'lab-odd', version: '1.2' });
    expect((await runOf('Patch')).lines[0]).toBe('patch succeeded: 1 patch was installed');
    expect(await versions()).toBe('lab-app 1.2 ii \nlab-odd 1.2 ii \n');
    const idle = await runOf('Patch');
    expect(idle).toMatchObject({ result: 'succeeded', reason: 'no applicable patches' });
    expect(idle.lines).toEqual(['patch succeeded: no applicable patches', `post-1 succeeded: ${ok}`]);
  });

  test('W-13 given a cancellation while patches are being installed, then they are installed and nothing follows', async () => {
    await marks();
    const postinst = ': >/root/installing; while [ ! -e /root/go-on ]; do sleep 0.1; done';
    await endpoint.publishPackage({ name: 'lab-app', version: '1.3', postinst });
    const id = await openRun(server.api, name, 'Patch');
    await waitFor(async () => (await endpoint.exec(['test', '-e', '/root/installing'])).code === 0, {
      timeoutMs: 60_000,
      what: 'the installation to be under way',
    });
    await server.api.send('POST', `/runs/${id}/cancel`, {}, runSchema);
    const asked = await waitForRun(
      server.api,
      id,
      ({ cancelledBy }) => cancelledBy !== null,
      'to be cancelled',
    );
    expect(asked).toMatchObject({ result: null, step: { key: 'patch' } });
    await endpoint.writeFile('/root/go-on', '');
    const run = await finishedRun(server.api, id);
    expect(run.result).toBe('cancelled');
    expect(run.lines).toEqual([
      'patch succeeded: 1 patch was installed',
      'post-1 notRun: the run was cancelled',
    ]);
    expect(run.notes).toContain('The patch operation is not cut: the run waits for its end.');
    expect(await versions()).toBe('lab-app 1.3 ii \nlab-odd 1.2 ii \n');
    expect(await marks()).toBe(0);
  });
});
