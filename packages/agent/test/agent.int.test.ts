import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it } from 'vitest';
import { rehearsalOnly, statePaths, writePolicy } from '../src/config.ts';
import { type PatchProvider, PatchToolError } from '../src/endpoint-system.ts';
import { uniqueSleep } from './processes.ts';
import { counterFile, enrolledStateDir, runAgent } from './running-agent.ts';
import { ScriptedServer } from './scripted-server.ts';
import { applicablePatch, scriptedSystem } from './scripted-system.ts';

const one = '1.pre-1.1';
const two = '2.pre-1.1';

const runs = (counter: string): number =>
  existsSync(counter) ? readFileSync(counter, 'utf8').split('\n').length - 1 : 0;

describe('an activity', () => {
  it('E-08 is reported as started and finished, with its output', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    server.send(server.scriptOrder(one, 'echo out; echo err >&2; echo a=b >> "$PATCHBAY_FACTS"; exit 3'));
    const report = await server.reported(one);
    expect(report).toEqual({
      activity: one,
      startedAt: expect.any(Number),
      finishedAt: expect.any(Number),
      bootId: 'boot-1',
      outcome: { kind: 'exited', exitCode: 3, facts: { a: 'b' } },
      outputBytes: { stdout: 4, stderr: 4 },
      cutBytes: { stdout: 0, stderr: 0 },
    });
    expect(server.of('started')).toEqual([{ type: 'started', activity: one, at: report.startedAt }]);
    await waitFor(() => server.output(one) === 'out\n' && server.output(one, 'stderr') === 'err\n', {
      what: 'the output',
    });
  });

  it('E-08 received again, while it runs and when it is done, runs once', async () => {
    const server = await ScriptedServer.start();
    server.habits.acknowledgesReports = false;
    const { log } = await runAgent(server);
    await server.connected();
    const counter = counterFile();
    const goOn = counterFile();
    const content = `echo ran >> ${counter}; until [ -e ${goOn} ]; do sleep 0.05; done`;
    const order = server.scriptOrder(one, content);
    server.send(order);
    await waitFor(() => runs(counter) === 1, { what: 'the script' });
    server.send(order);
    await waitFor(() => server.of('started').length === 2, { what: 'the answer that it runs already' });
    writeFileSync(goOn, '');
    await server.reported(one);
    server.send(order);
    await waitFor(() => server.reports(one).length === 2, { what: 'the report once more' });
    server.habits.acknowledgesReports = true;
    server.disconnect();
    await waitFor(() => server.reports(one).length === 3, {
      what: 'the report after the reconnection',
    });
    server.send(server.scriptOrder(two, 'exit'));
    await server.reported(two);
    server.send(order);
    await waitFor(() => log.some(({ message }) => message.includes('that is done changes nothing')), {
      what: 'the replay to be noticed',
    });
    expect(runs(counter)).toBe(1);
    expect(server.reports(one)).toHaveLength(3);
  });

  it('E-08 received twice at once runs once', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    const counter = counterFile();
    const order = server.scriptOrder(one, `echo ran >> ${counter}`);
    for (let count = 0; count < 5; count += 1) server.send(order);
    server.send(server.scriptOrder(two, 'exit'));
    await server.reported(two);
    expect(runs(counter)).toBe(1);
  });

  it('E-09 given the server goes down in its midst, then it is finished and reported later, with all of its output', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    server.send(
      server.scriptOrder(
        one,
        'echo ready; i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo line $i; done; exit 4',
      ),
    );
    const counter = counterFile();
    server.send(server.scriptOrder(two, `echo second; echo ran >> ${counter}; exit 5`));
    await waitFor(() => server.of('started').length > 0, { what: 'the start' });
    await server.stop();
    await waitFor(() => runs(counter) === 1, { what: 'the second script, with the server away' });
    await server.listen();
    expect(await server.reported(one)).toMatchObject({ outcome: { exitCode: 4 } });
    expect(await server.reported(two)).toMatchObject({ outcome: { exitCode: 5 } });
    const whole = `ready\n${Array.from({ length: 2000 }, (_, index) => `line ${index + 1}\n`).join('')}`;
    await waitFor(() => server.output(one) === whole && server.output(two) === 'second\n', {
      what: 'the output',
    });
  });

  it('E-08 is reported at each connection until the server has acknowledged it, also by the next agent', async () => {
    const server = await ScriptedServer.start();
    server.habits.acknowledgesReports = false;
    const { agent, stateDir } = await runAgent(server);
    await server.connected();
    server.send(server.scriptOrder(one, 'exit 6'));
    await server.reported(one);
    server.disconnect();
    await waitFor(() => server.reports(one).length === 2, { what: 'the second report' });
    expect(server.of('hello').at(-1)?.journal).toEqual([{ activity: one, state: 'finished' }]);
    await agent.stop();
    server.habits.acknowledgesReports = true;
    const { agent: next } = await runAgent(server, { stateDir });
    await waitFor(() => server.reports(one).length === 3, { what: 'the third report' });
    await next.stop();
    await runAgent(server, { stateDir });
    await waitFor(() => server.of('hello').length === 4, { what: 'the fourth sign-in' });
    expect(server.of('hello').at(-1)?.journal).toEqual([]);
  });

  it('O-03 beyond the limit is cut in the middle, and the report says how much', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    server.send(
      server.scriptOrder(one, 'echo first; head -c 50000 /dev/zero | tr "\\0" x; echo last', {
        outputLimitBytes: 4096,
      }),
    );
    const { cutBytes } = await server.reported(one);
    expect(cutBytes.stdout).toBeGreaterThan(45_000);
    await waitFor(() => server.output(one).endsWith('xlast\n'), { what: 'the tail' });
    expect(server.output(one).startsWith('first\nx')).toBe(true);
    expect(server.output(one)).toContain(`[… ${cutBytes.stdout} bytes of output were cut here …]`);
    expect(server.output(one).length).toBeLessThanOrEqual(4096);
  });

  it('L-03 leaves its secrets nowhere in the agent’s state', async () => {
    const server = await ScriptedServer.start();
    const { stateDir } = await runAgent(server);
    await server.connected();
    server.habits.acknowledgesOutput = false;
    const environment = { PATCHBAY_PASSWORD: 'correct-horse-battery' };
    server.send(
      server.scriptOrder(one, 'echo "$PATCHBAY_PASSWORD"; echo p=$PATCHBAY_PASSWORD >> "$PATCHBAY_FACTS"', {
        environment,
        secretNames: ['PATCHBAY_PASSWORD'],
      }),
    );
    expect(await server.reported(one)).toMatchObject({ outcome: { facts: { p: '***' } } });
    await waitFor(() => server.output(one) === '***\n', { what: 'the output' });
    const files = readdirSync(stateDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.map(({ name }) => name)).toContain('stdout.0');
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain('correct-horse');
    }
  });

  it('deletes its output when the server has all of it', async () => {
    const server = await ScriptedServer.start();
    const { stateDir } = await runAgent(server);
    await server.connected();
    server.send(server.scriptOrder(one, 'echo text'));
    await server.reported(one);
    await waitFor(() => readdirSync(statePaths(stateDir).spool).length === 0, {
      what: 'an empty spool',
    });
  });
});

describe('several activities', () => {
  it('run one after another, in the order of their coming', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    const log = counterFile();
    for (const run of [1, 2, 3]) {
      server.send(
        server.scriptOrder(
          `${run}.pre-1.1`,
          `echo begin ${run} >> ${log}; sleep 0.1; echo end ${run} >> ${log}`,
        ),
      );
    }
    await server.reported('3.pre-1.1');
    expect(readFileSync(log, 'utf8')).toBe('begin 1\nend 1\nbegin 2\nend 2\nbegin 3\nend 3\n');
  });
});

describe('stopping an activity', () => {
  it('W-13 ends the process tree of a running one', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    const { seconds, count } = uniqueSleep();
    server.send(server.scriptOrder(one, `setsid sleep ${seconds} & sleep ${seconds}`));
    await waitFor(() => count() === 2, { what: 'the script' });
    server.send(server.stopOrder(one));
    expect(await server.reported(one)).toMatchObject({
      startedAt: expect.any(Number),
      outcome: { kind: 'cancelled' },
    });
    expect(count()).toBe(0);
  });

  it('W-13 cancels one that waits, and one that never came so that it never begins', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await server.connected();
    const { seconds, count } = uniqueSleep();
    const counter = counterFile();
    server.send(server.scriptOrder(one, `sleep ${seconds}`));
    await waitFor(() => count() === 1, { what: 'the script' });
    server.send(server.scriptOrder(two, `echo ran >> ${counter}`));
    server.send(server.stopOrder(two));
    expect(await server.reported(two)).toMatchObject({ startedAt: null, outcome: { kind: 'cancelled' } });
    server.send(server.stopOrder('3.pre-1.1'));
    expect(await server.reported('3.pre-1.1')).toMatchObject({ outcome: { kind: 'cancelled' } });
    server.send(server.scriptOrder('3.pre-1.1', `echo ran >> ${counter}`));
    server.send(server.stopOrder(one));
    await server.reported(one);
    server.send(server.scriptOrder('4.pre-1.1', 'exit'));
    await server.reported('4.pre-1.1');
    expect(runs(counter)).toBe(0);
  });

  it('W-08 an agent that is stopped ends its script and says so when it is back', async () => {
    const server = await ScriptedServer.start();
    const { agent, stateDir } = await runAgent(server);
    await server.connected();
    const { seconds, count } = uniqueSleep();
    server.send(server.scriptOrder(one, `sleep ${seconds}`));
    await waitFor(() => count() === 1, { what: 'the script' });
    server.habits.acknowledgesReports = false;
    await agent.stop();
    expect(count()).toBe(0);
    server.received.length = 0;
    await runAgent(server, { stateDir });
    expect(await server.reported(one)).toMatchObject({
      outcome: { kind: 'interrupted', reason: 'the agent was stopped while the activity ran' },
    });
  });
});

describe('the local policy', () => {
  it('is enforced by the agent and told to the server', async () => {
    const server = await ScriptedServer.start();
    const stateDir = await enrolledStateDir(server);
    await writePolicy(statePaths(stateDir), rehearsalOnly);
    await runAgent(server, { stateDir });
    await server.connected();
    expect(server.of('hello')[0]?.policy).toEqual(rehearsalOnly);
    server.send(server.scriptOrder(one, 'reboot', { reboots: true }));
    expect(await server.reported(one)).toMatchObject({
      startedAt: null,
      outcome: { kind: 'refused', reason: 'the local policy of this endpoint does not allow reboots' },
    });
    server.send(server.patchOrder('2.patch.1', false));
    expect(await server.reported('2.patch.1')).toMatchObject({ outcome: { kind: 'refused' } });
    writeFileSync(statePaths(stateDir).policy, 'damaged');
    server.send(server.scriptOrder('3.pre-1.1', 'exit'));
    expect(await server.reported('3.pre-1.1')).toMatchObject({ outcome: { kind: 'refused' } });
  });
});

function provider(parts: Partial<PatchProvider>): PatchProvider {
  return {
    scan: () => Promise.resolve([applicablePatch('bash')]),
    apply: () => Promise.resolve({ patches: [], reboot: { needed: false, reasons: [] } }),
    ...parts,
  };
}

describe('patches', () => {
  it('E-02 E-03 are scanned after enrolment, on demand and after an installation, never after a simulation', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server, { system: scriptedSystem({ patches: provider({}) }) });
    const scans = (): number => server.of('patches').length;
    await waitFor(() => scans() === 1, { what: 'the first scan' });
    expect(server.of('inventory')).toHaveLength(1);
    expect(server.of('patches')[0]).toMatchObject({
      part: 0,
      last: true,
      problem: null,
      patches: [{ id: 'bash=2' }],
    });
    server.send(server.scanOrder());
    await waitFor(() => scans() === 2, { what: 'the scan on demand' });
    server.send(server.patchOrder('1.patch.1', true));
    expect(await server.reported('1.patch.1')).toMatchObject({ outcome: { kind: 'simulated' } });
    server.send(server.patchOrder('2.patch.1', false));
    expect(await server.reported('2.patch.1')).toMatchObject({ outcome: { kind: 'patched' } });
    await waitFor(() => scans() === 3, { what: 'the scan after the installation' });
  });

  it('E-03 are scanned on a schedule with random spread, which a restart does not begin anew', async () => {
    const server = await ScriptedServer.start();
    server.habits.scanEveryMs = 1000;
    const { agent, stateDir } = await runAgent(server, { random: () => 0 });
    await waitFor(() => server.of('patches').length >= 2, { what: 'the second scan' });
    await agent.stop();
    server.habits.scanEveryMs = 3_600_000;
    const before = server.of('patches').length;
    await runAgent(server, { stateDir });
    await server.connected();
    server.send(server.scriptOrder(one, 'exit'));
    await server.reported(one);
    expect(server.of('patches')).toHaveLength(before);
  });

  it('E-03 are scanned after a reboot', async () => {
    const server = await ScriptedServer.start();
    const { agent, stateDir } = await runAgent(server);
    await waitFor(() => server.of('patches').length === 1, { what: 'the first scan' });
    await agent.stop();
    await runAgent(server, { stateDir, system: scriptedSystem({ bootId: 'boot-2' }) });
    await waitFor(() => server.of('inventory')[1]?.inventory.bootId === 'boot-2', {
      what: 'the second scan',
    });
  });

  it('E-03 that were found without a server are told when it is back', async () => {
    const server = await ScriptedServer.start();
    let isSlow = false;
    let finish: (() => void) | null = null;
    const scan = async () => {
      if (isSlow) await new Promise<void>((resolve) => (finish = resolve));
      return [applicablePatch(isSlow ? 'late' : 'early')];
    };
    await runAgent(server, { system: scriptedSystem({ patches: provider({ scan }) }) });
    await waitFor(() => server.of('patches').length === 1, { what: 'the first scan' });
    isSlow = true;
    server.send(server.scanOrder());
    const goOn = await waitFor(() => finish, { what: 'the second scan to begin' });
    await server.stop();
    goOn();
    await server.listen();
    await waitFor(() => server.of('patches').at(-1)?.patches[0]?.id === 'late=2', {
      what: 'the scan',
    });
  });

  it('E-03 that cannot be scanned: the problem is told, and what breaks the protocol’s limits is left out', async () => {
    const server = await ScriptedServer.start();
    let answer: () => Promise<ReturnType<typeof applicablePatch>[]> = () =>
      Promise.reject(new PatchToolError('the lists are damaged'));
    const { log } = await runAgent(server, {
      system: scriptedSystem({ patches: provider({ scan: () => answer() }) }),
    });
    await waitFor(() => server.of('patches')[0]?.problem === 'the lists are damaged', {
      what: 'the problem',
    });
    answer = () =>
      Promise.resolve([{ ...applicablePatch('bad'), title: 'x'.repeat(501) }, applicablePatch('good')]);
    server.send(server.scanOrder());
    await waitFor(() => server.of('patches')[1]?.patches[0]?.id === 'good=2', {
      what: 'the good patch',
    });
    expect(log.filter(({ fields }) => fields?.['patch'] === 'bad=2')).toHaveLength(1);
  });

  it('W-08 whose tool gives up are reported with its words', async () => {
    const server = await ScriptedServer.start();
    const apply = () => Promise.reject(new PatchToolError('the lock is held by pid 1'));
    await runAgent(server, { system: scriptedSystem({ patches: provider({ apply }) }) });
    await server.connected();
    server.send(server.patchOrder('1.patch.1', false));
    expect(await server.reported('1.patch.1')).toMatchObject({
      outcome: { kind: 'patchToolFailed', reason: 'the lock is held by pid 1' },
    });
  });

  it('W-13 are asked to stop, and what has been installed by then is reported as it is', async () => {
    const server = await ScriptedServer.start();
    const reboot = { needed: true, reasons: ['kernel'] };
    const apply: PatchProvider['apply'] = async (_, { signal, onOutput }) => {
      onOutput('stdout', Buffer.from('installing'));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { patches: [], reboot };
    };
    await runAgent(server, { system: scriptedSystem({ patches: provider({ apply }) }) });
    await server.connected();
    server.send(server.patchOrder('1.patch.1', false));
    await waitFor(() => server.output('1.patch.1') === 'installing', { what: 'the installation' });
    server.send(server.stopOrder('1.patch.1'));
    expect(await server.reported('1.patch.1')).toMatchObject({ outcome: { kind: 'patched', reboot } });
  });

  it('says plainly where there is no provider yet', async () => {
    const server = await ScriptedServer.start();
    await runAgent(server);
    await waitFor(() => server.of('patches')[0]?.problem?.includes('no patch provider'), {
      what: 'the scan',
    });
    server.send(server.patchOrder('1.patch.1', true));
    expect(await server.reported('1.patch.1')).toMatchObject({ outcome: { kind: 'notStarted' } });
  });
});

describe('the state directory', () => {
  it('E-08 belongs to one agent at a time', async () => {
    const server = await ScriptedServer.start();
    const { stateDir } = await runAgent(server);
    await expect(runAgent(server, { stateDir })).rejects.toThrow(`already running here (pid ${process.pid})`);
  });
});
