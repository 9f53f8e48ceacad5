import type { StartOrder } from '@patchbay/contracts/activity-order';
import { enrolResponse } from '@patchbay/contracts/agent-protocol';
import type { ApplicablePatch, Inventory } from '@patchbay/contracts/inventory';
import { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import type { ScriptedAnswer } from '@patchbay/testkit/scripted-answer';
import { enrolRequestOf } from '@patchbay/testkit/scripted-identity';

export interface SimulatedMachine {
  readonly name: string;
  readonly os: 'linux' | 'windows';
  /** Its patch operation fails for one of its patches. */
  readonly fails?: boolean;
}

const systems = {
  linux: { os: 'linux', osName: 'Debian GNU/Linux', osVersion: '12.7', kernel: '6.1.0-23-amd64' },
  windows: { os: 'windows', osName: 'Windows Server 2022', osVersion: '21H2', kernel: '10.0.20348' },
} as const;

const patches: Readonly<Record<SimulatedMachine['os'], readonly ApplicablePatch[]>> = {
  linux: [
    patch('openssl', '3.0.14-1', '3.0.15-1', 'security', 'important', ['CVE-2024-5535']),
    patch('linux-image-amd64', '6.1.99-1', '6.1.106-3', 'security', 'critical', ['CVE-2024-41096']),
    patch('tzdata', '2024a-0', '2024b-0', 'bugfix', 'unknown', []),
  ],
  windows: [
    patch('KB5043881', '', '20348.2700', 'security', 'critical', ['CVE-2024-43461']),
    patch('KB5042349', '', '4.8.9277', 'bugfix', 'moderate', []),
  ],
};

/** Machines that play what a Linux and a Windows would do, as fast as a test needs it. */
export interface SimulatedFleet {
  /** Patch operations begin from now on, and do not end. */
  readonly holdPatching: () => void;
  /** Those that were held end, and none is held any more. */
  readonly letPatchingEnd: () => void;
  readonly stop: () => Promise<void>;
}

/** Enrols machines and connects them. */
export async function connectFleet(
  server: string,
  token: string,
  machines: readonly SimulatedMachine[],
): Promise<SimulatedFleet> {
  const brake: Brake = { isOn: false, held: [] };
  const agents = await Promise.all(machines.map((machine) => connect(server, token, machine, brake)));
  return {
    holdPatching: () => {
      brake.isOn = true;
    },
    letPatchingEnd: () => {
      brake.isOn = false;
      for (const end of brake.held.splice(0)) end();
    },
    stop: async () => {
      await Promise.all(agents.map((agent) => agent.stop()));
    },
  };
}

interface Brake {
  isOn: boolean;
  /** Each ends a patch operation. */
  readonly held: (() => void)[];
}

async function connect(
  server: string,
  token: string,
  machine: SimulatedMachine,
  brake: Brake,
): Promise<ScriptedAgent> {
  const { request, privateKey } = enrolRequestOf(token, machine.name);
  const inventory: Inventory = { ...request.inventory, ...systems[machine.os], timeZone: 'Europe/Zurich' };
  const answer = await fetch(`${server}/agent/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...request, inventory }),
  });
  const { endpoint, installationKey } = enrolResponse.parse(await answer.json());
  let applicable = patches[machine.os];
  const agent = new ScriptedAgent({
    identity: { endpoint, privateKey, installationKey },
    server,
    comeBack: { minMs: 100, maxMs: 300 },
    onOrder: (order) => {
      const played = answerOf(machine, order);
      if (order.work.kind !== 'patch') return played;
      // As a real agent, it looks again when it has patched; here that is before the report.
      applicable = machine.fails === true ? applicable.slice(0, 1) : [];
      tell();
      if (!brake.isOn) return played;
      brake.held.push(() => agent.finish(order.activity, played));
      return null;
    },
  });
  const tell = (): void => {
    const scan = crypto.randomUUID();
    agent.send({ type: 'patches', scan, part: 0, last: true, problem: null, patches: [...applicable] });
  };
  await agent.connect();
  const reboot = { needed: false, reasons: [] };
  agent.send({ type: 'inventory', inventory: { ...inventory, bootId: agent.bootId }, readiness: [], reboot });
  tell();
  return agent;
}

function answerOf({ os, fails = false }: SimulatedMachine, { work }: StartOrder): ScriptedAnswer {
  switch (work.kind) {
    case 'patch':
      return {
        afterMs: 700,
        outcome: {
          kind: 'patched',
          patches: patches[os].map(
            ({ id, package: name, currentVersion, version, classification }, index) => ({
              id,
              package: name,
              fromVersion: currentVersion || null,
              toVersion: version,
              outcome: fails && index === 0 ? ('failed' as const) : ('installed' as const),
              security: classification === 'security',
              message: fails && index === 0 ? 'Error 0x80070643: the installation failed.' : null,
            }),
          ),
          reboot: { needed: true, reasons: ['a new kernel'] },
        },
        output: { stdout: `Installing ${patches[os].map(({ id }) => id).join(', ')} …\n` },
      };
    case 'script':
      return {
        afterMs: 250,
        outcome: { kind: 'exited', exitCode: 0, facts: work.reboots ? {} : { rebootNeeded: 'true' } },
        ...(work.reboots ? { rebootsAfterMs: 50 } : {}),
      };
    case 'interactiveReboot':
      return { outcome: { kind: 'userAsked' } };
  }
}

function patch(
  name: string,
  currentVersion: string,
  version: string,
  classification: ApplicablePatch['classification'],
  severity: ApplicablePatch['severity'],
  cves: string[],
): ApplicablePatch {
  return {
    id: `${name}=${version}`,
    title: `${name} ${version}`,
    package: name,
    currentVersion,
    version,
    classification,
    severity,
    cves,
    sizeBytes: name.length * 731_000,
    rebootHint: false,
  };
}
