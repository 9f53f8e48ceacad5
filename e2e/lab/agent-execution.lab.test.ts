import { basename } from 'node:path';
import { statePaths } from '@patchbay/agent/config';
import { labAvailable } from '@patchbay/testkit/lab/lab-available';
import {
  endpointCheckout,
  endpointNode,
  type LabEndpoint,
  startLabEndpoint,
} from '@patchbay/testkit/lab/lab-endpoint';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScriptedServer } from '../../packages/agent/test/scripted-server.ts';

const lab = labAvailable();
const toolProbe = new URL('./tool-probe.ts', import.meta.url);
const within = { timeoutMs: 30_000 };
const stateDir = '/var/lib/patchbay-agent';
const unit = 'patchbay-agent-test.service';

/** Leaves the session, the parent and the marker; only the control group still knows it. */
const escapees = `
  setsid sleep 4711 &
  env -i setsid sh -c 'sleep 4711 & sleep 4711 & exec sleep 4711' > /dev/null 2>&1 &
  (trap "" TERM; sh -c 'env -i setsid sleep 4711 &'; sleep 4711) &
  sleep 0.3; echo ready`;

describe.skipIf(!lab.ok)(`scripts under systemd${lab.ok ? '' : `: ${lab.reason}`}`, () => {
  let endpoint: LabEndpoint;

  beforeAll(async () => {
    endpoint = await startLabEndpoint({ name: 'execution' });
  });
  afterAll(() => endpoint?.stop());

  const sleepers = async (): Promise<number> =>
    (await endpoint.exec(['pgrep', '-cfx', 'sleep 4711'])).stdout === ''
      ? 0
      : Number((await endpoint.exec(['pgrep', '-cfx', 'sleep 4711'])).stdout);

  /** The agent as a service of the endpoint, which systemd starts again when it is killed. */
  async function startAgentService(server: ScriptedServer): Promise<void> {
    await endpoint.exec(['systemctl', 'stop', unit]);
    await endpoint.execOrThrow(['rm', '-rf', stateDir]);
    await endpoint.writeFile(statePaths(stateDir).identity, JSON.stringify(server.identity()), '600');
    const program = `${endpointCheckout}/packages/agent/test/agent-process.ts`;
    await endpoint.installUnit(
      unit,
      `[Service]\nExecStart=${endpointNode} ${program} ${stateDir} boot-1 scopes\nRestart=always\nRestartSec=100ms\n[Install]\nWantedBy=multi-user.target\n`,
    );
    await server.connected();
  }

  const scopes = (): Promise<string> =>
    endpoint.execOrThrow(['systemctl', 'list-units', '--type=scope', '--plain', '--no-legend', 'patchbay-*']);

  it('E-07 run in a control group of their own, with the same clean environment and exit code', async () => {
    const server = await ScriptedServer.start();
    await startAgentService(server);
    server.send(
      server.scriptOrder(
        '1.pre-1.1',
        'cat /proc/self/cgroup; env | cut -d= -f1 | sort | tr "\\n" " "; id -un; exit 7',
        {
          environment: { PATCHBAY_PASSWORD: 'correct-horse' },
          secretNames: ['PATCHBAY_PASSWORD'],
          runAs: 'nobody',
        },
      ),
    );
    expect(await server.reported('1.pre-1.1')).toMatchObject({ outcome: { kind: 'exited', exitCode: 7 } });
    await waitFor(() => server.output('1.pre-1.1').endsWith('nobody\n'), { ...within, what: 'the output' });
    const output = server.output('1.pre-1.1');
    expect(output).toContain(`/patchbay-1.pre-1.1-${server.endpoint.slice(0, 8)}.scope\n`);
    expect(output.replaceAll(/[^]*\.scope\n/g, '').replace('INVOCATION_ID ', '')).toBe(
      'HOME LANG LOGNAME PATCHBAY_ACTIVITY PATCHBAY_FACTS PATCHBAY_PASSWORD PATCHBAY_TREE PATH PWD USER nobody\n',
    );
    expect(await scopes()).toBe('');
  });

  it('E-07 W-08 that take too long leave nothing, not even what hides from all but the control group', async () => {
    const server = await ScriptedServer.start();
    await startAgentService(server);
    server.send(server.scriptOrder('2.pre-1.1', `${escapees}; wait; sleep 4711`, { timeoutMs: 2000 }));
    await waitFor(async () => (await sleepers()) >= 6, { ...within, what: 'the tree' });
    expect(await server.reported('2.pre-1.1')).toMatchObject({ outcome: { kind: 'timedOut' } });
    expect(await sleepers()).toBe(0);
    expect(await scopes()).toBe('');
  });

  it('E-07 leave services that they have started on purpose', async () => {
    const server = await ScriptedServer.start();
    await startAgentService(server);
    server.send(server.scriptOrder('3.pre-1.1', 'setsid sleep 4711 > /dev/null 2>&1 & exit 0'));
    expect(await server.reported('3.pre-1.1')).toMatchObject({ outcome: { kind: 'exited' } });
    expect(await sleepers()).toBe(1);
    await endpoint.execOrThrow(['pkill', '-fx', 'sleep 4711']);
  });

  it('E-08 W-08 whose agent is killed are ended by the next one and reported as interrupted', async () => {
    const server = await ScriptedServer.start();
    await startAgentService(server);
    server.send(server.scriptOrder('4.pre-1.1', `${escapees}; sleep 4711`));
    await waitFor(() => server.output('4.pre-1.1') === 'ready\n', { ...within, what: 'the tree' });
    await endpoint.execOrThrow(['systemctl', 'kill', '--signal=KILL', unit]);
    expect(await server.reported('4.pre-1.1')).toMatchObject({ outcome: { kind: 'interrupted' } });
    expect(await sleepers()).toBe(0);
    expect(await scopes()).toBe('');
  });

  it('W-13 a package manager goes on when the agent’s service is stopped and all in it killed', async () => {
    const probe = `${endpointNode} ${endpointCheckout}/e2e/lab/${basename(toolProbe.pathname)}`;
    const command =
      'touch /tmp/tool-began; i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo line $i; sleep 0.1; done; touch /tmp/tool-ended';
    await endpoint.writeFile('/tmp/tool.sh', command);
    await endpoint.installUnit(
      'tool-probe.service',
      `[Service]\nExecStart=${probe} "sh /tmp/tool.sh"\n[Install]\nWantedBy=multi-user.target\n`,
    );
    const exists = async (file: string): Promise<boolean> =>
      (await endpoint.exec(['test', '-e', file])).code === 0;
    await waitFor(() => exists('/tmp/tool-began'), { ...within, what: 'the tool' });
    await endpoint.execOrThrow(['systemctl', 'kill', '--signal=KILL', 'tool-probe.service']);
    await endpoint.execOrThrow(['systemctl', 'stop', 'tool-probe.service']);
    expect(await exists('/tmp/tool-ended')).toBe(false);
    await waitFor(() => exists('/tmp/tool-ended'), { ...within, what: 'the tool’s end' });
  });
});
