import { run as runSchema } from '@patchbay/contracts/run';
import type { LabPackage } from '@patchbay/testkit/lab/apt-repository';
import { agentUnit, startLabAgent } from '@patchbay/testkit/lab/lab-agent';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import { type LabEndpoint, startLabEndpoint } from '@patchbay/testkit/lab/lab-endpoint';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  changeSetting,
  finishedRun,
  makeTask,
  makeWorkflow,
  openRun,
  openTaskRun,
  waitForRun,
} from './lab-cycle.ts';

const lab = labAvailable();

/** Counts its executions, and goes on when the file is there. What it starts is found by its odd number. */
const gated = `echo begun | tee -a /root/count
setsid sleep 4711 &
while [ ! -e /root/go-on ]; do sleep 0.1; done
echo finished >>/root/count`;

/** Its processes flee in every way there is, and none of them minds a SIGTERM. */
const stubborn = `echo begun
trap '' TERM
setsid sleep 4711 &
setsid sh -c 'trap "" TERM; sleep 4711 & while :; do sleep 4711; done' &
env -i setsid sh -c 'trap "" TERM; sleep 4711; :' >/dev/null 2>&1 &
(setsid nohup sleep 4711 >/dev/null 2>&1 &)
while :; do sleep 4711; done`;

describe.skipIf(!lab.ok)(
  `work that is broken off on real endpoints${lab.ok ? '' : `: ${lab.reason}`}`,
  () => {
    let server: PatchbayServer;

    beforeAll(async () => {
      server = await startPatchbayServer();
      const { api } = server;
      await changeSetting(api, 'run.returnMinutes', 1);
      await makeTask(api, 'Gated', gated, { retries: { count: 1, delaySeconds: 0 } });
      await makeTask(api, 'Gated and repeatable', gated, {
        retries: { count: 1, delaySeconds: 0 },
        safeToRepeat: true,
      });
      await makeTask(api, 'Stubborn', stubborn, { timeoutMinutes: 1 });
      await makeTask(api, 'Leave a mark', 'echo marked >>/root/marks');
      await makeWorkflow(api, 'Gated', { pre: ['Gated'], post: ['Leave a mark'] });
      await makeWorkflow(api, 'Patch', { post: ['Leave a mark'] });
      await makeWorkflow(api, 'Reboot', { post: ['Simple Linux Reboot'], after: ['Leave a mark'] });
    });
    afterAll(async () => {
      await server?.[Symbol.asyncDispose]();
    });

    const start = async (name: string, packages: readonly LabPackage[] = []): Promise<LabEndpoint> => {
      const endpoint = await startLabEndpoint({ name, packages });
      try {
        await startLabAgent(endpoint, server);
        return endpoint;
      } catch (error) {
        await endpoint.stop();
        throw error;
      }
    };

    test.concurrent('W-08 E-07 given a script over its time-out, then its whole tree is gone and it timed out', async () => {
      await using endpoint = await start('timed');
      const id = await openTaskRun(server.api, { task: 'Stubborn', on: 'endpoint:timed' });
      await waitFor(async () => (await leftOvers(endpoint)).length >= 7, limit('the script to have spread'));
      const scopes = await endpoint.execOrThrow([
        'systemctl',
        'list-units',
        '--plain',
        '--no-legend',
        'patchbay-*',
      ]);
      expect(scopes).toMatch(new RegExp(`^patchbay-${id}\\.task\\.1-\\S+\\.scope `));

      const run = await finishedRun(server.api, id);
      expect(run.result).toBe('failed');
      expect(run.lines).toEqual(['task failed: it ran into its time-out and its process tree was ended']);
      expect(run.activities).toMatchObject([{ status: 'timedOut', outcome: 'timedOut', exitCode: null }]);
      expect(await run.output('task')).toBe('begun\n');
      expect(await leftOvers(endpoint)).toEqual([]);
      expect(await endpoint.execOrThrow(['ls', '/var/lib/patchbay-agent/work'])).toBe('');
    });

    test.concurrent('W-10 given an endpoint that does not return from its reboot, then the run has failed: did not return', async () => {
      await using endpoint = await start('unreturned');
      const id = await openRun(server.api, 'unreturned', 'Reboot');
      await waitForRun(server.api, id, ({ status }) => status === 'returning', 'to wait for the reboot');
      await endpoint.kill();
      const run = await finishedRun(server.api, id);
      expect(run).toMatchObject({ result: 'failed', rebooted: false });
      expect(run.reason).toContain('did not return within 60 s');
      expect(run.lines.slice(1)).toEqual([
        'post-1 failed: did not return within 60 s',
        'check-1 notRun: the endpoint did not return',
      ]);
      // What comes later changes nothing about a finished run.
      endpoint.powerOn();
      await endpoint.waitForBoot();
      expect((await endpoint.exec(['test', '-e', '/root/marks'])).code).toBe(1);
    });

    test.concurrent('W-08 E-08 given an agent killed in mid-script, then the script was interrupted and never runs again', async () => {
      await using endpoint = await start('crashing');
      const id = await openRun(server.api, 'crashing', 'Gated');
      await begun(endpoint, 1);
      const script = await leftOvers(endpoint);
      expect(script.length).toBeGreaterThan(0);
      await killAgent(endpoint);

      const run = await finishedRun(server.api, id);
      expect(run.result).toBe('failed');
      expect(run.lines).toEqual([
        'pre-1 failed: it was interrupted: the agent ended while the activity ran; what was left of it was ended too',
        'patch notRun: pre-patching step "Gated" failed',
        'post-1 notRun: pre-patching failed and postPatching.afterPreFailure is "never" (system configuration)',
      ]);
      expect(run.notes.join(' ')).toContain('it is not tried again, since it is not marked safe to repeat');
      expect(run.activities).toMatchObject([{ status: 'interrupted', attempt: 1 }]);
      expect(await run.output('pre-1')).toBe('begun\n');
      expect(await leftOvers(endpoint)).toEqual([]);

      // Were a script of before still there, it would see the file now and say so.
      const repeated = await openTaskRun(server.api, {
        task: 'Gated and repeatable',
        on: 'endpoint:crashing',
      });
      await begun(endpoint, 2);
      await killAgent(endpoint);
      await begun(endpoint, 3);
      await endpoint.writeFile('/root/go-on', '');
      const again = await finishedRun(server.api, repeated);
      expect(again.result).toBe('succeeded');
      expect(again.activities.map(({ attempt, status }) => `${attempt} ${status}`)).toEqual([
        '2 succeeded',
        '1 interrupted',
      ]);
      expect(await endpoint.readFile('/root/count')).toBe('begun\nbegun\nbegun\nfinished\n');
    });

    test.concurrent('W-08 E-08 given a power cut in mid-script, then the script was interrupted and never runs again', async () => {
      await using endpoint = await start('unpowered');
      const id = await openRun(server.api, 'unpowered', 'Gated');
      await begun(endpoint, 1);
      await endpoint.kill();
      endpoint.powerOn();
      const run = await finishedRun(server.api, id);
      expect(run).toMatchObject({ result: 'failed', rebooted: false });
      expect(run.lines[0]).toBe(
        'pre-1 failed: it was interrupted: the endpoint was restarted or lost power while the activity ran',
      );
      expect(run.notes).toContain('The endpoint was disconnected.');
      expect(run.notes).toContain('The endpoint came back with a new boot id.');
      expect(run.activities).toMatchObject([{ status: 'interrupted', attempt: 1 }]);
      await endpoint.waitForBoot();
      expect(await endpoint.readFile('/root/count')).toBe('begun\n');
      expect(await leftOvers(endpoint)).toEqual([]);
    });

    test.concurrent('W-13 given a cancellation during a script, then its tree is ended and no further step starts', async () => {
      await using endpoint = await start('cancelled');
      const id = await openRun(server.api, 'cancelled', 'Gated');
      await begun(endpoint, 1);
      await server.api.send('POST', `/runs/${id}/cancel`, {}, runSchema);
      const run = await finishedRun(server.api, id);
      expect(run).toMatchObject({ result: 'cancelled', cancelledBy: expect.any(String) });
      expect(run.lines).toEqual([
        'pre-1 cancelled: it was cancelled',
        'patch notRun: the run was cancelled',
        'post-1 notRun: the run was cancelled',
      ]);
      expect(await leftOvers(endpoint)).toEqual([]);
      expect(await endpoint.readFile('/root/count')).toBe('begun\n');
    });

    test.concurrent('W-08 E-08 given an agent killed while patches are installed, then they are installed to the end and that is not repeated', async () => {
      await using endpoint = await start('installing', [installed]);
      const id = await openSlowInstallation(server, endpoint);
      await killAgent(endpoint);
      const run = await finishedRun(server.api, id);
      expect(run.result).toBe('failed');
      expect(run.lines[0]).toBe(
        'patch failed: it was interrupted: the agent ended while patches were being installed; ' +
          'the installation was left to finish by itself',
      );
      expect(await version(endpoint)).toBe('1.1 iF ');
      await endpoint.writeFile('/root/go-on', '');
      await waitFor(async () => (await version(endpoint)) === '1.1 ii ', limit('the installation to end'));

      const next = await finishedRun(server.api, await openRun(server.api, 'installing', 'Patch'));
      expect(next).toMatchObject({ result: 'succeeded', reason: 'no applicable patches' });
      expect(await endpoint.readFile('/root/installing')).toBe('begun\n');
    });

    test.concurrent('W-08 E-05 given a power cut while patches are installed, then the next cycle puts that in order', async () => {
      await using endpoint = await start('half-installed', [installed]);
      const id = await openSlowInstallation(server, endpoint);
      await endpoint.kill();
      endpoint.powerOn();
      const run = await finishedRun(server.api, id);
      expect(run).toMatchObject({ result: 'failed' });
      expect(run.activities.find(({ step }) => step === 'patch')?.status).toBe('interrupted');
      await endpoint.waitForBoot();
      expect(await version(endpoint)).toBe('1.1 iF ');

      await endpoint.writeFile('/root/go-on', '');
      const next = await finishedRun(server.api, await openRun(server.api, 'half-installed', 'Patch'));
      expect(next.result).toBe('succeeded');
      expect(await version(endpoint)).toBe('1.1 ii ');
    });
  },
);

const installed: LabPackage = { name: 'lab-app', version: '1.0' };
/** It is not configured before the file is there. */
const slow: LabPackage = {
  name: 'lab-app',
  version: '1.1',
  postinst: 'echo begun >>/root/installing; while [ ! -e /root/go-on ]; do sleep 0.1; done',
};

/** Opens a run that patches, and waits until its installation is under way. */
async function openSlowInstallation(server: PatchbayServer, endpoint: LabEndpoint): Promise<number> {
  await endpoint.publishPackage(slow);
  const id = await openRun(server.api, endpoint.name, 'Patch');
  await waitFor(
    async () => (await endpoint.exec(['test', '-e', '/root/installing'])).code === 0,
    limit('the installation to be under way'),
  );
  return id;
}

function version(endpoint: LabEndpoint): Promise<string> {
  return endpoint.execOrThrow(['dpkg-query', '-W', '-f', '${Version} ${db:Status-Abbrev}', 'lab-app']);
}

const limit = (what: string) => ({ timeoutMs: 60_000, what });

/** Waits until the gated script has begun that often. */
async function begun(endpoint: LabEndpoint, times: number): Promise<void> {
  await waitFor(
    async () => (await endpoint.readFile('/root/count')).split('begun').length > times,
    limit(`the script to begin for time ${times}`),
  );
}

/** The processes that scripts have started and left. */
async function leftOvers(endpoint: LabEndpoint): Promise<string[]> {
  const { stdout } = await endpoint.exec(['pgrep', '-f', '[s]leep 4711']);
  return stdout.split('\n').filter((pid) => pid !== '');
}

async function killAgent(endpoint: LabEndpoint): Promise<void> {
  await endpoint.execOrThrow(['systemctl', 'kill', '--kill-whom=main', '--signal=KILL', agentUnit]);
}
