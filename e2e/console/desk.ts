import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Agent, startAgent } from '@patchbay/agent/agent';
import { statePaths, writeIdentity } from '@patchbay/agent/config';
import { enrol } from '@patchbay/agent/enrol';
import { createLinuxSystem } from '@patchbay/agent/inventory/linux-system';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { ManualFlowClock } from '@patchbay/testkit/manual-flow-clock';
import { ScriptedNotifier, scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { ScriptedSystemReboot } from '@patchbay/testkit/scripted-system-reboot';
import type { Installation } from './installation.ts';

/** A machine with a real agent, whose user, clocks and reboots a test plays. */
export interface Desk {
  readonly clock: ManualFlowClock;
  readonly notifier: ScriptedNotifier;
  /** It has rebooted for whatever reason; its agent is back. */
  readonly boot: () => Promise<void>;
}

/** Enrols and starts the machine; its user is called ada. */
export async function startDesk(
  { url, api }: Installation,
  name: string,
  began: number,
  cleanUp: AsyncDisposableStack,
): Promise<Desk> {
  const stateDir = await mkdtemp(join(tmpdir(), 'patchbay-desk-'));
  cleanUp.defer(() => rm(stateDir, { recursive: true, force: true }));
  const linux = createLinuxSystem();
  const { token } = await api.send('POST', '/enrolment-tokens', { description: name }, createdEnrolmentToken);
  const policy = { scan: true, run: true, install: true, reboot: true };
  const inventory = await linux.inventory();
  const identity = await enrol({
    server: url,
    allowPlainHttp: false,
    ca: null,
    token,
    name,
    tags: {},
    inventory,
    policy,
  });
  await writeIdentity(statePaths(stateDir), identity);
  const clock = new ManualFlowClock(began);
  const notifier = new ScriptedNotifier([scriptedSession('ada')]);
  const start = (bootId: string): Promise<Agent> => {
    const system = {
      ...linux,
      bootId: () => Promise.resolve(bootId),
      rebootNeed: () => Promise.resolve({ needed: true, reasons: ['a new kernel'] }),
      readiness: () => Promise.resolve([]),
      patches: null,
      notifier,
      systemReboot: new ScriptedSystemReboot(),
    };
    const backOff = { minMs: 50, maxMs: 400 };
    return startAgent({ stateDir, system, flowClock: clock, backOff, log: () => undefined, useScope: false });
  };
  let agent = await start(`${name}-1`);
  cleanUp.defer(() => agent.stop());
  return {
    clock,
    notifier,
    boot: async () => {
      await agent.stop();
      clock.boot();
      agent = await start(`${name}-2`);
    },
  };
}
