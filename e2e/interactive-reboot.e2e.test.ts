import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, startAgent } from '@patchbay/agent/agent';
import { statePaths, writeIdentity } from '@patchbay/agent/config';
import type { EndpointSystem } from '@patchbay/agent/endpoint-system';
import { enrol } from '@patchbay/agent/enrol';
import { createLinuxSystem } from '@patchbay/agent/inventory/linux-system';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { page } from '@patchbay/contracts/page';
import { rebootFlow, rebootFlowEvent, rebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { ManualFlowClock } from '@patchbay/testkit/manual-flow-clock';
import { startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { ScriptedNotifier, scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { ScriptedSystemReboot } from '@patchbay/testkit/scripted-system-reboot';
import { waitFor } from '@patchbay/testkit/wait-for';
import { expect, it } from 'vitest';
import { z } from 'zod';

const minutes = (count: number): number => count * 60_000;

it('R-02 R-08 R-09 R-10 R-12 given the server is stopped for a whole flow of 20 hours then the user sees all of it as planned, and the console has the story in order afterwards', async () => {
  await using server = await startPatchbayServer();
  const stateDir = mkdtempSync(join(tmpdir(), 'patchbay-reboot-'));
  const clock = new ManualFlowClock(Date.now());
  const notifier = new ScriptedNotifier([scriptedSession('ada')]);
  const systemReboot = new ScriptedSystemReboot();
  let agent: Agent | undefined;
  try {
    const linux = createLinuxSystem();
    const { token } = await server.api.send('POST', '/enrolment-tokens', {}, createdEnrolmentToken);
    const policy = { scan: true, run: true, install: true, reboot: true };
    const identity = await enrol({
      server: server.url,
      allowPlainHttp: false,
      ca: null,
      token,
      name: 'desk-1',
      tags: {},
      inventory: await linux.inventory(),
      policy,
    });
    await writeIdentity(statePaths(stateDir), identity);
    const start = (bootId: string): Promise<Agent> => {
      const system: EndpointSystem = {
        ...linux,
        bootId: () => Promise.resolve(bootId),
        rebootNeed: () => Promise.resolve({ needed: true, reasons: ['a new kernel'] }),
        readiness: () => Promise.resolve([]),
        patches: null,
        notifier,
        systemReboot,
      };
      const backOff = { minMs: 50, maxMs: 400 };
      return startAgent({ stateDir, system, flowClock: clock, backOff, log: () => {}, useScope: false });
    };
    agent = await start('boot-1');
    const run = await server.patchbay([
      'task',
      'run',
      'Interactive Reboot (Linux)',
      '--on',
      'endpoint:desk-1',
    ]);
    expect(run.stderr).toBe('');
    await waitFor(() => notifier.screen('ada') !== null, { what: 'the first notification' });
    const flows = page(rebootFlowSummary);
    const flow = await waitFor(async () => (await server.api.get('/reboots', flows)).items[0], {
      what: 'the flow at the server',
    });
    await waitFor(async () => (await server.api.get(`/reboots/${flow.id}`, rebootFlow)).status === 'asking', {
      what: 'the notification at the server',
    });

    const pending = await server.patchbay(['reboot', 'list', '--pending', '--json']);
    expect(z.array(rebootFlowSummary).parse(JSON.parse(pending.stdout))).toMatchObject([{ id: flow.id }]);
    const shown = await server.patchbay(['reboot', 'show', flow.id]);
    expect(shown.stdout).toMatch(/^status +asking$/m);
    expect(shown.stdout).toMatch(/^put off +0 of 5$/m);
    expect(shown.stdout).toMatch(/\treboot$/m);

    await server.shutDown();
    notifier.react = ({ kind }) => (kind === 'reminder' ? { kind: 'snooze', choice: 0 } : null);
    const began = clock.now().at;
    notifier.answer('ada', { kind: 'snooze', choice: 0 });
    await waitFor(() => notifier.screen('ada') === null, { what: 'the snooze' });
    await clock.advance(minutes(20 * 60 + 14));
    const hours = notifier.shown.map(({ view }) => view.kind);
    expect(hours).toEqual([...Array<string>(5).fill('reminder'), 'finalWarning']);
    expect(systemReboot.scheduledAt).not.toBeNull();
    expect(Math.abs((systemReboot.scheduledAt ?? 0) - began - minutes(20 * 60 + 15))).toBeLessThan(
      minutes(1),
    );
    await agent.stop();
    clock.boot();
    agent = await start('boot-2');

    await server.start();
    const whole = await waitFor(
      async () => {
        const known = await server.api.get(`/reboots/${flow.id}`, rebootFlow);
        // The new boot is known at once, what led to it a moment later.
        return known.status === 'ended' && known.used === 5 && known;
      },
      { what: 'the whole flow at the server' },
    );
    expect(whole).toMatchObject({ ending: 'rebooted', used: 5, disputed: false, pending: false });
    const told = await waitFor(
      async () => {
        const { items } = await server.api.get(`/reboots/${flow.id}/events?limit=200`, page(rebootFlowEvent));
        const kinds = items.toSorted((one, other) => one.sequence - other.sequence).map(({ kind }) => kind);
        return kinds.at(-1) === 'booted' && kinds;
      },
      { what: 'the last event of the flow at the server' },
    );
    expect(told.filter((kind) => kind !== 'wake')).toEqual([
      'begin',
      ...Array<string[]>(5).fill(['shown', 'answered']).flat(),
      'shown',
      'booted',
    ]);
  } finally {
    await agent?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
});
