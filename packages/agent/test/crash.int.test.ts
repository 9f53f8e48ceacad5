import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it, onTestFinished } from 'vitest';
import { statePaths, writeIdentity } from '../src/config.ts';
import { uniqueSleep } from './processes.ts';
import { counterFile, enrolledStateDir, runAgent } from './running-agent.ts';
import { ScriptedServer } from './scripted-server.ts';
import { scriptedSystem } from './scripted-system.ts';
import { temporaryFolder } from './temporary-folder.ts';

const one = '1.pre-1.1';

/** An agent in a process of its own. */
function spawnAgent(stateDir: string, bootId = 'boot-1'): ChildProcess {
  const program = fileURLToPath(new URL('./agent-process.ts', import.meta.url));
  const agent = spawn(process.execPath, [program, stateDir, bootId], { stdio: 'ignore' });
  onTestFinished(() => void agent.kill('SIGKILL'));
  return agent;
}

async function kill(agent: ChildProcess): Promise<void> {
  const exit = once(agent, 'exit');
  agent.kill('SIGKILL');
  await exit;
}

const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

describe('an agent that is killed', () => {
  it('E-08 W-08 in mid-script reports it as interrupted when it is back, ends what is left of it, and does not run it again', async () => {
    const server = await ScriptedServer.start();
    const stateDir = await enrolledStateDir(server);
    const agent = spawnAgent(stateDir);
    await server.connected();
    const { seconds, count } = uniqueSleep();
    const counter = counterFile();
    const order = server.scriptOrder(
      one,
      `echo ran >> ${counter}; echo early words; setsid sleep ${seconds} & sleep ${seconds}`,
    );
    server.send(order);
    await waitFor(() => count() === 2 && server.output(one) !== '', { what: 'the script' });
    await kill(agent);
    expect(count()).toBe(2);
    await waitFor(() => !server.isConnected, { what: 'the end of the connection' });

    const next = spawnAgent(stateDir);
    expect(await server.reported(one)).toMatchObject({
      startedAt: expect.any(Number),
      bootId: 'boot-1',
      outcome: {
        kind: 'interrupted',
        reason: 'the agent ended while the activity ran; what was left of it was ended too',
      },
    });
    expect(count()).toBe(0);
    server.send(order);
    server.send(server.scriptOrder('2.pre-1.1', 'exit'));
    await server.reported('2.pre-1.1');
    expect(linesOf(counter)).toEqual(['ran']);
    expect(server.reports(one)).toHaveLength(1);
    expect(server.output(one)).toBe('early words\n');
    await kill(next);
  });

  it('W-08 by a reboot says that it was one', async () => {
    const server = await ScriptedServer.start();
    const stateDir = await enrolledStateDir(server);
    const agent = spawnAgent(stateDir);
    await server.connected();
    const { seconds, count } = uniqueSleep();
    server.send(server.scriptOrder(one, `sleep ${seconds}`));
    await waitFor(() => count() === 1, { what: 'the script' });
    await kill(agent);
    await runAgent(server, { stateDir, system: scriptedSystem({ bootId: 'boot-2' }) });
    expect(await server.reported(one)).toMatchObject({
      bootId: 'boot-1',
      outcome: {
        kind: 'interrupted',
        reason: 'the endpoint was restarted or lost power while the activity ran',
      },
    });
  });

  it('E-08 at any moment, again and again: no script runs twice, and each has one outcome', async () => {
    const server = await ScriptedServer.start();
    const stateDir = await enrolledStateDir(server);
    const counter = counterFile();
    const activities = Array.from({ length: 40 }, (_, index) => `${index + 1}.pre-1.1`);
    const orders = activities.map((activity) =>
      server.scriptOrder(activity, `echo ${activity} >> ${counter}; sleep 0.0${activity.length}; exit 3`),
    );
    /** A server sends again what it has no outcome for, unless the agent has it in its journal. */
    const sendMissing = (): void => {
      const held = new Set(
        server
          .of('hello')
          .at(-1)
          ?.journal.map(({ activity }) => activity),
      );
      for (const order of orders) {
        if (server.reports(order.activity).length === 0 && !held.has(order.activity)) server.send(order);
      }
    };
    let isOver = false;
    const kills = (async () => {
      let count = 0;
      while (!isOver) {
        const agent = spawnAgent(stateDir);
        await waitFor(() => server.isConnected || isOver, { what: 'the sign-in' });
        sendMissing();
        await delay((count * 37) % 400);
        // The last agents may live longer, so that everything comes to an end.
        if (count >= 12) await waitFor(() => isOver, { what: 'all reports' });
        await kill(agent);
        await waitFor(() => !server.isConnected, { what: 'the end of the connection' });
        count += 1;
      }
      return count;
    })();
    const isDone = () => activities.every((activity) => server.reports(activity).length > 0);
    await waitFor(isDone, { what: 'all reports' }).finally(() => (isOver = true));
    expect(await kills).toBeGreaterThan(5);
    const ran = linesOf(counter);
    expect(new Set(ran).size).toBe(ran.length);
    const outcomes = activities.map((activity) => [
      ...new Set(server.reports(activity).map(({ outcome }) => outcome.kind)),
    ]);
    expect(outcomes.filter((kinds) => kinds.length !== 1)).toEqual([]);
    expect(new Set(outcomes.flat())).toContain('exited');
    expect(outcomes.flat().filter((kind) => kind !== 'exited' && kind !== 'interrupted')).toEqual([]);
    const exited = activities.filter((_, index) => outcomes[index]?.[0] === 'exited');
    expect(exited.filter((activity) => !ran.includes(activity))).toEqual([]);
  });
});

describe('an agent on a full disk', () => {
  it('E-08 does not start what it cannot note, says so, and works again when there is room', async ({
    skip,
  }) => {
    const stateDir = temporaryFolder();
    const isMounted = mountSmallDisk(stateDir);
    skip(!isMounted, 'only root may mount a small disk');
    const server = await ScriptedServer.start();
    await writeIdentity(statePaths(stateDir), server.identity());
    await runAgent(server, { stateDir });
    await server.connected();
    await waitFor(() => existsSync(statePaths(stateDir).scan), { what: 'the first scan' });
    const counter = counterFile();
    const filler = join(stateDir, 'filler');
    try {
      writeFileSync(filler, Buffer.alloc(10_000_000));
    } catch {
      // As much as there was room for.
    }
    server.send(server.scriptOrder(one, `echo ran >> ${counter}`));
    expect(await server.reported(one)).toMatchObject({
      startedAt: null,
      outcome: { kind: 'notStarted', reason: expect.stringContaining('ENOSPC') },
    });
    expect(linesOf(counter)).toEqual([]);
    execFileSync('rm', [filler]);
    server.send(server.scriptOrder('2.pre-1.1', `echo ran >> ${counter}`));
    expect(await server.reported('2.pre-1.1')).toMatchObject({ outcome: { kind: 'exited', exitCode: 0 } });
    expect(linesOf(counter)).toEqual(['ran']);
  });
});

/** Mounts a file system of 128 KiB; false when this user may not. */
function mountSmallDisk(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k,mode=755', 'small', path], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['--lazy', path]));
  return true;
}
