import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ScriptWork } from '@patchbay/contracts/activity-order';
import { waitFor } from '@patchbay/testkit/wait-for';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endTree, findTree } from '../src/execute/process-tree.ts';
import { runScript, type ScriptEnd, scriptTree } from '../src/execute/run-script.ts';
import { findProgram } from '../src/execute/search-path.ts';
import { makeWorkRoot } from '../src/execute/work-directory.ts';
import { commandLines, uniqueSleep } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

const activity = '3.pre-1.1';
const isRoot = process.getuid?.() === 0;

interface Running {
  readonly output: { stdout: string; stderr: string };
  readonly stop: AbortController;
  readonly workRoot: string;
  readonly end: Promise<ScriptEnd>;
}

/** Runs a script; whatever it leaves behind is ended after the test. */
async function run(content: string, changes: Partial<ScriptWork> = {}, graceMs = 300): Promise<Running> {
  const endpoint = randomUUID();
  const output = { stdout: '', stderr: '' };
  const stop = new AbortController();
  const workRoot = await makeWorkRoot(join(temporaryFolder(), 'work'));
  onTestFinished(async () => void (await endTree(() => findTree(scriptTree(endpoint, activity, false)), 0)));
  const work: ScriptWork = {
    kind: 'script',
    reboots: false,
    interpreter: 'sh',
    content,
    environment: {},
    secretNames: [],
    runAs: null,
    timeoutMs: 60_000,
    outputLimitBytes: 1024 * 1024,
    ...changes,
  };
  const end = runScript(work, {
    activity,
    endpoint,
    workRoot,
    useScope: false,
    graceMs,
    signal: stop.signal,
    onOutput: (stream, chunk) => {
      output[stream] += String(chunk);
    },
  });
  return { output, stop, workRoot, end };
}

const exited = (exitCode: number, facts = {}) => ({ kind: 'exited', exitCode, facts });

describe('what a script comes to', () => {
  it('E-07 is its exit code, both streams and its facts', async () => {
    const { end, output } = await run(
      'echo out; echo err >&2; echo rebootNeeded=true >> "$PATCHBAY_FACTS"; echo nonsense >> "$PATCHBAY_FACTS"; exit 3',
    );
    expect(await end).toEqual(exited(3, { rebootNeeded: 'true' }));
    expect(output.stdout).toBe('out\n');
    expect(output.stderr).toBe('err\npatchbay: facts: line 2 is not of the form name=value\n');
  });

  it('E-07 is 128 and the number of the signal that has ended it', async () => {
    const { end } = await run('kill -SEGV $$');
    expect(await end).toEqual(exited(139));
  });

  it.for([
    ['sh', 'echo "$0"'],
    ['bash', 'set -o pipefail; echo "${BASH_VERSION:+$0}"'],
    ['python3', 'import sys; print(sys.argv[0])'],
    ['perl', 'print "$0\\n";'],
  ] as const)('L-02 runs %s', async ([interpreter, content], { skip }) => {
    skip(findProgram(interpreter) === null, 'not installed');
    const { end, output, workRoot } = await run(content, { interpreter });
    expect(await end).toEqual(exited(0));
    expect(output.stdout).toContain(`${workRoot}/${activity}-`);
  });

  it.for([
    ['cmd', 'the interpreter cmd does not exist on Linux'],
    ['powershell', 'the interpreter pwsh is not installed'],
  ] as const)('L-02 says why %s cannot be started', async ([interpreter, reason], { skip }) => {
    skip(interpreter === 'powershell' && findProgram('pwsh') !== null, 'PowerShell is installed');
    const { end } = await run('exit', { interpreter });
    expect(await end).toEqual({ kind: 'notStarted', reason: expect.stringContaining(reason) });
  });

  it('E-07 is notStarted for a user that does not exist', async () => {
    const { end } = await run('exit', { runAs: 'no-such-user' });
    const reason = isRoot ? 'there is no user no-such-user' : 'only root may change the user';
    expect(await end).toEqual({ kind: 'notStarted', reason: expect.stringContaining(reason) });
  });

  it('E-07 is notStarted for parameters that are longer than the kernel takes', async () => {
    const value = 'x'.repeat(32 * 1024);
    const environment = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`PATCHBAY_P${index}`, value]),
    );
    const { end, workRoot } = await run('exit', { environment });
    expect(await end).toEqual({
      kind: 'notStarted',
      reason: 'the parameters are too long for this operating system',
    });
    expect(readdirSync(workRoot)).toEqual([]);
  });
});

describe('what surrounds a script', () => {
  it('E-07 L-03 is a clean environment with the parameters, and nothing of the agent’s own', async () => {
    process.env['AGENTS_OWN'] = 'leaked';
    const { end, output } = await run('env -0 | tr "\\n\\0" "~\\n"', {
      environment: { PATCHBAY_LINES: 'one\ntwo', PATCHBAY_QUOTES: `'"$(id)\\`, PATCHBAY_ACTIVITY: 'forged' },
    });
    await end;
    const found = new Map(
      output.stdout
        .trim()
        .split('\n')
        .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(new Set(found.keys())).toEqual(
      new Set([
        'HOME',
        'LANG',
        'LOGNAME',
        'PATCHBAY_ACTIVITY',
        'PATCHBAY_FACTS',
        'PATCHBAY_LINES',
        'PATCHBAY_QUOTES',
        'PATCHBAY_TREE',
        'PATH',
        'PWD',
        'USER',
      ]),
    );
    expect(found.get('PATCHBAY_LINES')).toBe('one~two');
    expect(found.get('PATCHBAY_QUOTES')).toBe(`'"$(id)\\`);
    expect(found.get('PATCHBAY_ACTIVITY')).toBe(activity);
    expect(found.get('LANG')).toBe('C.UTF-8');
    expect(found.get('USER')).toBe(userInfo().username);
  });

  it('E-07 is an empty stdin, no terminal and none of the agent’s descriptors', async () => {
    const { end, output } = await run(
      'wc -c; tty; (: > /dev/tty) 2>/dev/null && echo has a terminal; ls /proc/$$/fd | tr "\\n" " "',
    );
    await end;
    expect(output.stdout).not.toContain(' 3 ');
    expect(output.stdout).toMatch(/^0\nnot a tty\n0 1 (10 )?2 /);
  });

  it('E-07 is a working directory of its own, which is removed with all that is in it', async () => {
    const { end, output, workRoot } = await run(
      'pwd; ls -A; stat -c %a .; mkdir -p a/b; echo x > a/b/c; chmod 000 a/b',
    );
    expect(await end).toEqual(exited(0));
    const [cwd = '', mode] = output.stdout.trim().split('\n');
    expect(cwd.startsWith(workRoot)).toBe(true);
    expect(mode).toBe('700');
    expect(existsSync(cwd)).toBe(false);
    expect(readdirSync(workRoot)).toEqual([]);
  });

  it('E-07 is true pipes, which scripts may open by name', async () => {
    const { end, output } = await run('echo to stdout > /dev/stdout; echo to stderr > /dev/stderr');
    expect(await end).toEqual(exited(0));
    expect(output).toEqual({ stdout: 'to stdout\n', stderr: 'to stderr\n' });
  });

  it('E-07 is the run-as user, with its groups and home, and nobody else may read its files', async ({
    skip,
  }) => {
    skip(!isRoot, 'only root may change the user');
    const { end, output } = await run(
      'id -un; id -Gn; echo "$HOME $USER"; stat -c "%U %a" . "$0" "$PATCHBAY_FACTS"; ls .. 2>&1; echo ok > /dev/stderr; echo a=b >> "$PATCHBAY_FACTS"',
      { runAs: 'nobody' },
    );
    expect(await end).toEqual(exited(0, { a: 'b' }));
    const lines = output.stdout.trim().split('\n');
    expect(lines[0]).toBe('nobody');
    expect(lines[1]).not.toContain('root');
    expect(lines[2]).toMatch(/ nobody$/);
    expect(lines.slice(3, 6)).toEqual(['nobody 700', 'nobody 400', 'nobody 600']);
    expect(lines[6]).toContain('Permission denied');
    expect(output.stderr).toBe('ok\n');
  });

  it('E-07 L-04 cannot be used to read other files through the agent', async ({ skip }) => {
    skip(!isRoot, 'only root may change the user');
    const secret = join(temporaryFolder(), 'secret');
    writeFileSync(secret, 'stolen=yes\n', { mode: 0o600 });
    const { end } = await run(`rm -f "$PATCHBAY_FACTS"; ln -sf ${secret} "$PATCHBAY_FACTS"`, {
      runAs: 'nobody',
    });
    expect(await end).toMatchObject({ facts: {} });
  });

  it('E-07 lies in the temporary directory where others may not enter the state directory', async ({
    skip,
  }) => {
    skip(!isRoot, 'only root may change the user');
    const closed = join(temporaryFolder(), 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const workRoot = await makeWorkRoot(join(closed, 'work'));
    onTestFinished(() => rmSync(workRoot, { recursive: true }));
    expect(workRoot).not.toContain(closed);
    expect(statSync(workRoot)).toMatchObject({ uid: 0 });
    expect(statSync(workRoot).mode & 0o777).toBe(0o711);
    expect(await makeWorkRoot(join(closed, 'work'))).toBe(workRoot);
  });

  it('E-07 is cleared of what a crashed agent has left', async () => {
    const path = join(temporaryFolder(), 'work');
    mkdirSync(join(await makeWorkRoot(path), 'left-over/deep'), { recursive: true });
    expect(readdirSync(await makeWorkRoot(path))).toEqual([]);
  });
});

describe('ending a script', () => {
  /** Children that leave the process group, the session, their parent; that ignore SIGTERM, drop the marker, are stopped. */
  const escapees = (seconds: string): string => `
    setsid sleep ${seconds} &
    sh -c 'setsid sh -c "sleep ${seconds} & sleep ${seconds}" & exit' &
    (trap "" TERM; sleep ${seconds}) &
    (trap "" TERM HUP INT; while :; do sleep ${seconds}; done) &
    sh -c 'sleep ${seconds} & kill -STOP $!' &
    env -i setsid sleep ${seconds} &
    sleep ${seconds} & sleep 0.2
    echo ready`;

  it('E-07 W-08 after its timeout leaves nothing of its tree', async () => {
    const { seconds, count } = uniqueSleep();
    const { end, output, workRoot } = await run(`${escapees(seconds)}; wait; sleep ${seconds}`, {
      timeoutMs: 1500,
    });
    await waitFor(() => output.stdout.includes('ready') && count() >= 7, { what: 'the tree' });
    expect(await end).toEqual({ kind: 'timedOut' });
    expect(count()).toBe(0);
    expect(readdirSync(workRoot)).toEqual([]);
  });

  it('E-07 W-13 when it is stopped leaves nothing of its tree', async () => {
    const { seconds, count } = uniqueSleep();
    const { end, output, stop } = await run(`${escapees(seconds)}; wait`);
    await waitFor(() => output.stdout.includes('ready') && count() >= 7, { what: 'the tree' });
    stop.abort('cancelled');
    expect(await end).toEqual({ kind: 'stopped' });
    expect(count()).toBe(0);
  });

  it('W-13 gives it time to end in order, and takes its last words', async () => {
    const { end, output, stop } = await run(
      'trap "echo closing; exit 0" TERM; echo ready; while :; do sleep 0.05; done',
      {},
      20_000,
    );
    await waitFor(() => output.stdout.includes('ready'), { what: 'the script' });
    stop.abort('cancelled');
    expect(await end).toEqual({ kind: 'stopped' });
    expect(output.stdout).toBe('ready\nclosing\n');
  });

  it('E-07 by itself leaves what it has started on purpose, and does not wait for it', async () => {
    const { seconds, count } = uniqueSleep();
    const { end } = await run(`sleep ${seconds} & setsid sleep ${seconds} & exit 0`);
    expect(await end).toEqual(exited(0));
    expect(count()).toBe(2);
  });

  it('E-07 does not kill what it has left by its next line of output', async () => {
    const alive = join(temporaryFolder(), 'alive');
    const { end } = await run(`(sleep 2.5; echo late; echo late >&2; touch ${alive}) & exit 0`);
    expect(await end).toEqual(exited(0));
    await waitFor(() => existsSync(alive), { what: 'the service after its line of output' });
  });
});

describe('output of a script', () => {
  it('E-07 is drained to the end, however much it is', async () => {
    const { end, output } = await run('head -c 5000000 /dev/zero | tr "\\0" x; echo end >&2');
    expect(await end).toEqual(exited(0));
    expect(output.stdout.length).toBe(5_000_000);
    expect(output.stderr).toBe('end\n');
  });

  it('L-03 has its secrets masked, in facts too, and they are in no command line', async () => {
    const secret = 'correct-horse-battery';
    const { end, output, stop } = await run(
      'printf "%s" "correct-ho"; sleep 0.2; echo rse-battery; echo "$PATCHBAY_PASSWORD" >&2; echo "a=<$PATCHBAY_PASSWORD>" >> "$PATCHBAY_FACTS"; echo ready; sleep 0.5',
      { environment: { PATCHBAY_PASSWORD: secret }, secretNames: ['PATCHBAY_PASSWORD'] },
    );
    await waitFor(() => output.stdout.includes('ready'), { what: 'the script' });
    expect(commandLines().filter((line) => line.includes(secret))).toEqual([]);
    expect(await end).toEqual(exited(0, { a: '<***>' }));
    expect(output).toEqual({ stdout: '***\nready\n', stderr: '***\n' });
    stop.abort();
  });

  it('L-03 leaves no secret in a file of the agent', async () => {
    const secret = 'correct-horse-battery';
    const { end, output, workRoot } = await run('echo ready; sleep 0.5', {
      environment: { PATCHBAY_PASSWORD: secret },
      secretNames: ['PATCHBAY_PASSWORD'],
    });
    await waitFor(() => output.stdout.includes('ready'), { what: 'the script' });
    const files = readdirSync(workRoot, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(secret);
    await end;
  });
});
