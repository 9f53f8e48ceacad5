import type { StartOrder } from '@patchbay/contracts/activity-order';
import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import { enrolResponse } from '@patchbay/contracts/agent-protocol';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import type { ApplicablePatch, Inventory, PatchResult, ReadinessCheck } from '@patchbay/contracts/inventory';
import { ScriptedAgent } from '@patchbay/testkit/scripted-agent';
import type { ScriptedAnswer } from '@patchbay/testkit/scripted-answer';
import { enrolRequestOf } from '@patchbay/testkit/scripted-identity';
import type { Installation } from './installation.ts';

type Machine = { readonly name: string; readonly tags: Record<string, string> } & Pick<
  Inventory,
  'os' | 'osName' | 'osVersion'
>;

const debian = { os: 'linux', osName: 'Debian GNU/Linux', osVersion: '12.7' } as const;

/** Scripted machines of all four families; one name is as long as names may be. */
const machines: readonly Machine[] = [
  { name: 'app-01.example.net', ...debian, tags: { ring: 'pilot', site: 'basel' } },
  { name: 'app-02.example.net', ...debian, tags: { ring: 'broad', site: 'basel' } },
  { name: 'db-01.example.net', ...debian, tags: { ring: 'broad', site: 'basel', role: 'database' } },
  {
    name: `reporting-and-archive-cluster-node-with-a-very-long-name-${'x'.repeat(40)}.example.net`,
    ...debian,
    tags: { ring: 'last', site: 'zurich', owner: 'information-management-and-reporting' },
  },
  {
    name: 'win-fs-01',
    os: 'windows',
    osName: 'Windows Server 2022',
    osVersion: '21H2',
    tags: { site: 'basel' },
  },
  { name: 'aix-erp-01', os: 'aix', osName: 'AIX', osVersion: '7.3 TL2', tags: { role: 'erp' } },
  { name: 'sol-legacy-01', os: 'solaris', osName: 'Oracle Solaris', osVersion: '11.4', tags: {} },
];

const readiness: readonly ReadinessCheck[] = [
  { name: 'packageManager', state: 'ok', message: 'apt 2.6.1 answers.', action: null },
  { name: 'diskSpace', state: 'ok', message: '42 GB are free on /var.', action: null },
  {
    name: 'at',
    state: 'warning',
    message: 'The command "at" is not there; reboots use systemd-run.',
    action: 'Install the package "at" if reboots are to survive a restart of the service manager.',
  },
  {
    name: 'repositories',
    state: 'failed',
    message: 'http://mirror.example.net/debian bookworm-updates did not answer within 20 s.',
    action: 'Check the network from this endpoint to mirror.example.net, or remove the source.',
  },
];

const patches: readonly ApplicablePatch[] = [
  patch('openssl', '3.0.14-1', '3.0.15-1', 'security', 'important', ['CVE-2024-5535', 'CVE-2024-9143']),
  patch('linux-image-amd64', '6.1.99-1', '6.1.106-3', 'security', 'critical', ['CVE-2024-41096'], true),
  patch('curl', '7.88.1-10', '7.88.1-10+deb12u8', 'security', 'moderate', ['CVE-2024-8096']),
  patch('tzdata', '2024a-0', '2024b-0', 'bugfix', 'unknown', []),
  patch('postgresql-15', '15.7-0', '15.8-0', 'bugfix', 'unknown', []),
];

/** What the scripted machines have played, once their activities end. */
const results: readonly PatchResult[] = patches
  .slice(0, 4)
  .map(({ id, package: name, currentVersion, version }, index) => ({
    id,
    package: name,
    fromVersion: currentVersion,
    toVersion: version,
    outcome: index === 2 ? 'failed' : 'installed',
    security: index < 3,
    message: index === 2 ? 'dpkg: error processing package curl (--configure): exit status 1' : null,
  }));

/** Enrols and connects the machines; `db-01` fails its first step, the long one never ends a script. */
export async function connectSampleMachines(
  server: Installation,
  cleanUp: AsyncDisposableStack,
): Promise<void> {
  const { token } = await server.api.send(
    'POST',
    '/enrolment-tokens',
    { description: 'sample machines', uses: machines.length },
    createdEnrolmentToken,
  );
  for (const [index, machine] of machines.entries()) {
    const { request, privateKey } = enrolRequestOf(token, machine.name);
    const { name, tags, ...system } = machine;
    const inventory: Inventory = {
      ...inventoryOf(request.inventory),
      ...system,
      hostname: name.slice(0, 60),
    };
    const answer = await fetch(`${server.url}/agent/v1/enrol`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...request, tags, inventory }),
    });
    const { endpoint, installationKey } = enrolResponse.parse(await answer.json());
    const agent = new ScriptedAgent({
      identity: { endpoint, privateKey, installationKey },
      server: server.url,
      onOrder: (order) => answerOf(name, order),
    });
    await agent.connect();
    cleanUp.defer(() => agent.stop());
    agent.send({
      type: 'inventory',
      inventory: { ...inventory, bootId: agent.bootId },
      readiness: index === 0 ? [...readiness] : readiness.slice(0, 2),
      reboot:
        index === 0 ? { needed: true, reasons: ['/run/reboot-required names linux-image-amd64'] } : nothing,
    });
    agent.send({
      type: 'patches',
      scan: crypto.randomUUID(),
      part: 0,
      last: true,
      problem: null,
      patches: index === 1 ? [] : patches.slice(0, 5 - (index % 3)),
    });
  }
}

/** Stands in the script of the sample's health check. */
export const healthCheckMark = '# the database answers';

const nothing = { needed: false, reasons: [] };

function inventoryOf(plain: Inventory): Inventory {
  return {
    ...plain,
    kernel: '6.1.0-23-amd64',
    uptimeSeconds: 3_456_789,
    addresses: ['192.0.2.17', '2001:db8::17'],
    timeZone: 'Europe/Zurich',
    disks: [
      { mount: '/', totalBytes: 42e9, freeBytes: 18.2e9 },
      { mount: '/var', totalBytes: 120e9, freeBytes: 9.1e9 },
    ],
    users: [{ name: 'oncall', terminal: 'pts/0' }],
  };
}

function answerOf(name: string, { work, activity }: StartOrder): ScriptedAnswer | null {
  if (work.kind === 'patch') return { outcome: patched(name), afterMs: 300, output: { stdout: aptOutput } };
  if (name.startsWith('reporting')) return null;
  const isCheck = work.kind === 'script' && work.content.includes(healthCheckMark);
  const fails = name.startsWith('db-01') && (isCheck || activity.includes('.pre-1.'));
  return {
    outcome: { kind: 'exited', exitCode: fails ? 3 : 0, facts: fails ? {} : { 'disk.free': '42 GB' } },
    afterMs: 150,
    output: fails
      ? {
          stdout: 'Checking /var …\n',
          stderr: '\u001b[31mOnly 210 MB are free on /var, 500 MB are needed.\u001b[0m\n',
        }
      : {
          stdout:
            'Checking / …\n\u001b[32mok\u001b[0m 18.2 GB free\nChecking /var …\n\u001b[32mok\u001b[0m 9.1 GB free\n',
        },
  };
}

function patched(name: string): ActivityReport['outcome'] {
  const all = results.map((one) => ({ ...one, outcome: 'installed' as const, message: null }));
  return {
    kind: 'patched',
    patches: name.startsWith('app-02') ? [...results] : all,
    reboot: name.startsWith('app-01') ? { needed: true, reasons: ['a new kernel'] } : nothing,
  };
}

const aptOutput = [
  'Reading package lists...',
  'Building dependency tree...',
  ...patches.map((one) => `Unpacking ${one.package} (${one.version}) over (${one.currentVersion}) ...`),
  ...patches.map((one) => `Setting up ${one.package} (${one.version}) ...`),
  '',
].join('\n');

function patch(
  name: string,
  currentVersion: string,
  version: string,
  classification: ApplicablePatch['classification'],
  severity: ApplicablePatch['severity'],
  cves: string[],
  rebootHint = false,
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
    rebootHint,
  };
}
