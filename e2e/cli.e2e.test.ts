import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, openApi } from '@patchbay/cli/api';
import { parseCommand } from '@patchbay/cli/program';
import { activity, activitySummary } from '@patchbay/contracts/activity';
import { createdApiToken, whoami } from '@patchbay/contracts/api-token';
import { auditEntry } from '@patchbay/contracts/audit';
import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { endpoint, endpointPatch, endpointSummary } from '@patchbay/contracts/endpoint';
import { createdEnrolmentToken, enrolmentToken } from '@patchbay/contracts/enrolment-token';
import { plan } from '@patchbay/contracts/plan';
import { run, runEvent, runSummary } from '@patchbay/contracts/run';
import { script, scriptSummary } from '@patchbay/contracts/script';
import { setting } from '@patchbay/contracts/setting';
import { task } from '@patchbay/contracts/task';
import { workflow, workflowSummary } from '@patchbay/contracts/workflow';
import type { Role } from '@patchbay/domain/permission/role';
import { type RunningServer, startServer } from '@patchbay/server/server';
import { useTestDatabase } from '@patchbay/testkit/database';
import { waitFor } from '@patchbay/testkit/wait-for';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Child, type ChildOptions, runToEnd } from './system/child.ts';
import { patchbay } from './system/server-process.ts';

const database = useTestDatabase();
const folder = mkdtempSync(join(tmpdir(), 'patchbay-cli-'));
const stateDir = join(folder, 'agent');
const hasTerminals = spawnSync('script', ['--version']).status === 0;
const onTerminal = hasTerminals ? '' : ': no program script';
let server: RunningServer;
let api: Api;
let token = '';
let agent: Child;

beforeAll(async () => {
  const config = {
    dataDir: folder,
    host: '127.0.0.1',
    port: 0,
    databaseUrl: database.connectionString,
    adminToken: null,
    secretKeyFile: null,
    tls: null,
  };
  server = await startServer({ config, log: pino({ level: 'fatal' }), makeFirstToken: true });
  token = String(server.firstToken);
  api = openApi({ url: server.url, token });
});
afterAll(async () => {
  agent?.kill('SIGKILL');
  await agent?.end;
  await server?.stop();
  rmSync(folder, { recursive: true });
});

type Environment = NonNullable<ChildOptions['env']>;

function environment(env: Environment = {}): Environment {
  return {
    PATCHBAY_URL: server.url,
    PATCHBAY_TOKEN: token,
    PATCHBAY_DATA_DIR: join(folder, 'none'),
    XDG_CONFIG_HOME: folder,
    ...env,
  };
}

/** Runs `patchbay` and answers what it printed. */
function cli(args: readonly string[], { env, ...options }: ChildOptions = {}) {
  return runToEnd([...patchbay, ...args], { ...options, env: environment(env) });
}

/** Runs `patchbay`, expects exit code 0 and nothing else on standard error, and answers standard output. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(args);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

/** Runs a command with `--json` and checks its answer with the contract's schema. */
async function json<Schema extends z.ZodType>(schema: Schema, ...args: string[]): Promise<z.output<Schema>> {
  return schema.parse(JSON.parse(await done(...args, '--json')));
}

/** Runs `patchbay`, expects this exit code and words on standard error only, and answers them. */
async function refused(code: number, args: readonly string[], options: ChildOptions = {}): Promise<string> {
  const ended = await cli(args, options);
  expect({ args, ...ended }).toMatchObject({ args, code, stdout: '' });
  expect(ended.stderr).not.toMatch(/^\s+at .+:\d+/m);
  expect(ended.stderr).not.toBe('');
  return ended.stderr;
}

function file(name: string, content: string | Uint8Array | object): string {
  const path = join(folder, name);
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, isRaw ? content : JSON.stringify(content));
  return path;
}

const hello = `kind: Script
name: Say hello
description: Greets.
os: [linux]
interpreter: sh
content: |
  echo "hello $PATCHBAY_WHOM"
  printf 'greeted=%s\\n' "$PATCHBAY_WHOM" >> "$PATCHBAY_FACTS"
parameters:
  - name: whom
    type: string
    default: world
`;

describe('the library from files', () => {
  it('L-02 scripts are created, shown, edited, duplicated, listed and deleted', async () => {
    const made = await json(script, 'script', 'create', '-f', file('hello.yaml', hello));
    expect(made).toMatchObject({ name: 'Say hello', revision: 1, origin: 'personal' });
    const shown = await done('script', 'show', 'Say hello');
    expect(shown).toContain('echo "hello $PATCHBAY_WHOM"\n');
    const edited = await json(
      script,
      'script',
      'edit',
      'Say hello',
      '-f',
      file('e.yaml', hello.replace('Greets', 'Greets well')),
    );
    expect(edited).toMatchObject({ id: made.id, revision: 2, description: 'Greets well.' });
    expect(await done('script', 'duplicate', 'Say hello', '--as', 'Say it again')).toBe(
      'Created script "Say it again".\n',
    );
    const [found, more] = await Promise.all([
      json(z.array(scriptSummary), 'script', 'list', '--search', 'Say'),
      done('script', 'list', '--search', 'Say'),
    ]);
    expect(found.map(({ name }) => name)).toEqual(['Say hello', 'Say it again']);
    expect(more.split('\n')[0]).toMatch(/^\tSay hello\tlinux\tsh\tGeneral\t2\b/);
    expect(await done('script', 'delete', 'Say it again')).toBe('Deleted script "Say it again".\n');
  });

  it('L-22 tasks are created, from JSON and from standard input too', async () => {
    const greet = { kind: 'Task', name: 'Greet', os: 'linux', script: 'Say hello' };
    expect(await json(task, 'task', 'create', '-f', file('greet.json', greet))).toMatchObject({
      name: 'Greet',
    });
    const input = 'kind: Task\nname: Greet\nos: linux\nscript: Say hello\nparameters: { whom: all of you }\n';
    const edited = await cli(['task', 'edit', 'Greet', '-f', '-'], { input });
    expect(edited).toEqual({ code: 0, stdout: 'Saved task "Greet".\n', stderr: '' });
    expect(await done('task', 'show', 'Greet')).toMatch(/^parameters +whom=all of you$/m);
    await done('task', 'duplicate', 'Greet');
    const copies = await json(z.array(task), 'task', 'list', '--search', 'Greet');
    expect(copies.map(({ name }) => name)).toEqual(['Greet', 'Greet (copy)']);
    await done('task', 'delete', 'Greet (copy)');
  });

  it('L-42 workflows are created, shown with their steps, made the default, and deleted', async () => {
    const steps =
      'prePatching:\n  - task: Greet\npostPatching:\n  - task: Greet\n    condition: { fact: greeted, value: nobody }\n';
    const path = file('w.yaml', `kind: Workflow\nname: Polite\nos: linux\n${steps}`);
    const made = await json(workflow, 'workflow', 'create', '-f', path);
    expect(made).toMatchObject({ name: 'Polite', isDefault: false });
    const shown = await done('workflow', 'show', 'Polite');
    expect(shown).toContain('Pre-patching\n  1. Greet\n');
    expect(shown).toContain('Post-patching\n  1. Greet (only if greeted is nobody)\n');
    expect(await json(workflow, 'workflow', 'edit', 'Polite', '-f', path)).toMatchObject({ id: made.id });
    const copy = await json(workflow, 'workflow', 'duplicate', 'Polite', '--as', 'Very polite');
    expect(await json(workflow, 'workflow', 'set-default', 'Very polite')).toMatchObject({ isDefault: true });
    expect(await done('workflow', 'set-default', 'Linux Patching')).toBe(
      '"Linux Patching" is the default workflow for linux.\n',
    );
    const listed = await json(z.array(workflowSummary), 'workflow', 'list', '--search', 'polite');
    expect(listed.map(({ id }) => id).sort()).toEqual([made.id, copy.id].sort());
    await done('workflow', 'delete', 'Very polite');
  });

  it('P-01 plans are created, shown, edited, listed and deleted', async () => {
    const path = file(
      'plan.yaml',
      'kind: Plan\nname: Tuesday\nendpoints: tag:ring=test\nworkflows: { linux: Polite }\n',
    );
    expect(await json(plan, 'plan', 'create', '-f', path)).toMatchObject({ status: 'readyToActivate' });
    expect(await done('plan', 'show', 'Tuesday')).toMatch(/^linux +Polite$/m);
    expect(await done('plan', 'edit', 'Tuesday', '-f', path)).toBe('Saved plan "Tuesday".\n');
    expect(await json(z.array(plan), 'plan', 'list')).toMatchObject([{ name: 'Tuesday' }]);
    await done('plan', 'create', '-f', file('p.yaml', 'kind: Plan\nname: Wednesday\nendpoints: all\n'));
    expect(await done('plan', 'delete', 'Wednesday')).toBe('Deleted plan "Wednesday".\n');
  });

  it('L-10 L-25 L-48 what is in use is not deleted, and what is built in is not changed', async () => {
    expect(await refused(3, ['script', 'delete', 'Say hello'])).toContain('IN_USE: ');
    expect(await refused(3, ['task', 'delete', 'Greet'])).toContain('Polite');
    expect(await refused(3, ['workflow', 'delete', 'Linux Patching'])).toMatch(/^(IN_USE|BUILT_IN): /);
    expect(
      await refused(3, ['script', 'edit', 'Simple Linux Reboot', '-f', file('hello.yaml', hello)]),
    ).toContain('BUILT_IN: ');
  });
});

describe('endpoints', () => {
  it('E-01 a machine enrols with a token and shows up', async () => {
    const made = await json(
      createdEnrolmentToken,
      'enrolment-token',
      'create',
      '--uses',
      '2',
      '--expires',
      '30m',
      '--tag',
      'ring=test',
    );
    expect(made).toMatchObject({ uses: 2, tags: { ring: 'test' } });
    const enrolled = await cli(
      [
        'agent',
        'enroll',
        '--server',
        server.url,
        '--name',
        'real',
        '--rehearsal-only',
        '--state-dir',
        stateDir,
      ],
      { env: { PATCHBAY_ENROLMENT_TOKEN: made.token } },
    );
    expect(enrolled).toEqual({
      code: 0,
      stdout: 'Enrolled as "real". "patchbay agent run" starts the agent.\n',
      stderr: '',
    });
    agent = new Child([...patchbay, 'agent', 'run', '--state-dir', stateDir], { env: environment() });
    await waitFor(async () => (await api.get('/endpoints/real', endpoint)).scannedAt !== null, {
      timeoutMs: 60_000,
      what: 'the first scan of the agent',
    });
    const status = await done('agent', 'status', '--state-dir', stateDir);
    expect(status).toMatch(/^enrolled +as "real"/m);
    expect(status).toMatch(/^connection +connected since /m);
    expect(status).toMatch(/^allows +scan, run$/m);

    const text = await done('enrolment-token', 'create');
    expect(text).toContain('PATCHBAY_ENROLMENT_TOKEN=');
    const [one] = await json(z.array(enrolmentToken), 'enrolment-token', 'list');
    expect(await done('enrolment-token', 'revoke', String(one?.id))).toBe('The token is revoked.\n');
  });

  it('E-02 E-03 E-13 endpoints are listed, shown, scanned and tagged', async () => {
    expect(await json(z.array(endpointSummary), 'endpoint', 'list', '--on', 'tag:ring=test')).toMatchObject([
      { name: 'real', status: 'connected' },
    ]);
    expect(await done('endpoint', 'list')).toMatch(/^real\t/);
    const whole = endpoint.extend({ patches: z.array(endpointPatch) });
    expect(await json(whole, 'endpoint', 'show', 'real')).toMatchObject({ policy: { install: false } });
    const shown = await done('endpoint', 'show', 'real');
    expect(shown).toContain('\nReadiness\n');
    expect(shown).toContain('\nApplicable patches\n');
    expect(await done('endpoint', 'tag', 'real', 'ring=prod', 'site=x=y')).toBe(
      'Tags of "real": ring=prod, site=x=y\n',
    );
    expect(await done('endpoint', 'tag', 'real', 'ring=test', 'site=')).toBe('Tags of "real": ring=test\n');
    expect(await done('endpoint', 'scan', 'real')).toBe('"real" was asked for a scan.\n');
  });
});

describe('work', () => {
  it('L-26 Run Task runs a task with parameters, and --wait ends with the result', async () => {
    const output = await done(
      'task',
      'run',
      'Greet',
      '--on',
      'endpoint:real',
      '--param',
      'whom=you',
      '--wait',
    );
    expect(output).toMatch(/^real: Greet: succeeded \(exit code 0 is in its success list \[0\]\)$/m);
    expect(output).toMatch(/^Cycle \d+ has finished: succeeded\.$/m);
    const ended = await json(cycle, 'task', 'run', 'Greet', '--on', 'endpoint:real', '--wait');
    expect(ended).toMatchObject({ kind: 'task', result: 'succeeded' });
  });

  it('W-01 W-14 cycles, runs and activities are listed, shown and explained', async () => {
    const [last] = await json(z.array(cycle), 'cycle', 'list');
    const id = String(last?.id);
    expect(await done('cycle', 'show', id)).toMatch(/^runs +1 run: 1 succeeded$/m);
    const [listed] = await json(z.array(runSummary), 'run', 'list', '--cycle', id, '--endpoint', 'real');
    const whole = run.extend({ events: z.array(runEvent), activities: z.array(activitySummary) });
    const shown = await json(whole, 'run', 'show', String(listed?.id));
    expect(shown.facts).toEqual({ greeted: 'all of you' });
    const text = await done('run', 'show', String(listed?.id));
    expect(text).toContain('The run started.');
    expect(text).toContain(`patchbay activity output ${shown.activities[0]?.id}`);
    const [one] = await json(z.array(activitySummary), 'activity', 'list', '--run', String(listed?.id));
    expect(await json(activity, 'activity', 'show', String(one?.id))).toMatchObject({
      script: { name: 'Say hello', revision: 2 },
      parameters: { PATCHBAY_WHOM: 'all of you' },
    });
    expect(await done('activity', 'show', String(one?.id))).toMatch(/^exit code +0 \(success: 0\)$/m);
    expect(await done('activity', 'output', String(one?.id))).toBe('hello all of you\n');
    expect(await done('activity', 'output', String(one?.id), '--stderr', '--follow')).toBe('');
    expect((await done('cycle', 'list', '--plan', 'Tuesday')).trim()).toBe('');
    const limited = await cli(['cycle', 'list', '--limit', '1']);
    expect(limited.stdout.trim().split('\n')).toHaveLength(1);
    expect(limited.stderr).toContain('--limit');
  });

  it('P-10 a plan is rehearsed, and its real cycle fails on an endpoint that may only rehearse', async () => {
    const rehearsed = await cli(['plan', 'rehearse', 'Tuesday', '--wait', '--json']);
    expect(cycle.parse(JSON.parse(rehearsed.stdout))).toMatchObject({
      mode: 'rehearsal',
      status: 'finished',
    });
    const real = await cli(['plan', 'activate', 'Tuesday', '--wait']);
    expect(real.stdout).toMatch(/^real: Patching: failed /m);
    expect(real).toMatchObject({ code: 1, stderr: expect.stringMatching(/^cycle \d+: failed\n$/) });
    expect(await done('plan', 'list')).toMatch(/^Tuesday\tdone\t/);
  });

  it('W-12 W-13 runs are cancelled, resumed, repeated and skipped', async () => {
    const failing = hello
      .replace('Say hello', 'Fail')
      .replace(/content: [^]*parameters:/, 'content: exit 3\nparameters:');
    await done('script', 'create', '-f', file('fail.yaml', failing));
    await done('task', 'create', '-f', file('f.yaml', 'kind: Task\nname: Fail\nos: linux\nscript: Fail\n'));
    const failed = await cli(['task', 'run', 'Fail', '--on', 'endpoint:real', '--wait', '--json']);
    expect(failed).toMatchObject({ code: 1 });
    const [one] = await json(
      z.array(runSummary),
      'run',
      'list',
      '--cycle',
      String(cycle.parse(JSON.parse(failed.stdout)).id),
    );
    const id = String(one?.id);
    expect(await done('run', 'resume', id)).toBe(`Run ${id} on real: running.\n`);
    await finished(Number(one?.cycle));
    expect(await json(run, 'run', 'repeat', id, 'task')).toMatchObject({ id: one?.id });
    await finished(Number(one?.cycle));
    expect(await done('run', 'skip', id, 'task')).toBe(`Run ${id} on real: succeeded.\n`);
    expect(await refused(3, ['run', 'resume', id])).toContain('NOT_POSSIBLE_NOW: ');

    const waiting = failing.replaceAll('Fail', 'Wait').replace('exit 3', 'sleep 600');
    await done('script', 'create', '-f', file('wait.yaml', waiting));
    await done('task', 'create', '-f', file('w2.yaml', 'kind: Task\nname: Wait\nos: linux\nscript: Wait\n'));
    const opened = await json(cycle, 'task', 'run', 'Wait', '--on', 'endpoint:real');
    expect(await done('cycle', 'cancel', String(opened.id))).toContain(
      `Cycle ${opened.id} is being cancelled`,
    );
    const watched = await cli(['cycle', 'show', String(opened.id), '--wait']);
    expect(watched).toMatchObject({ code: 1, stderr: `cycle ${opened.id}: cancelled\n` });
  });

  async function finished(id: number): Promise<Cycle> {
    return waitFor(
      async () => {
        const found = await api.get(`/cycles/${id}`, cycle);
        return found.status === 'finished' && found;
      },
      { timeoutMs: 30_000, what: `the end of cycle ${id}` },
    );
  }

  it('O-05 O-09 settings are shown and changed, and the audit tells of it', async () => {
    const name = 'postPatching.afterPreFailure';
    expect(await json(z.array(setting), 'settings', 'list')).toContainEqual(
      expect.objectContaining({ name, value: 'never' }),
    );
    expect(await json(setting, 'settings', 'set', name, 'always')).toMatchObject({ value: 'always' });
    expect(await done('settings', 'get', name)).toMatch(/^allowed +never, always$/m);
    expect(await done('settings', 'set', 'run.returnMinutes', '45')).toBe('run.returnMinutes is now 45.\n');
    expect(await refused(3, ['settings', 'set', 'run.returnMinutes', 'soon'])).toContain('INVALID_INPUT: ');
    expect(await refused(3, ['settings', 'set', name, 'perhaps'])).toContain('INVALID_INPUT: ');
    const entries = await json(z.array(auditEntry), 'audit', 'list');
    expect(entries.slice(0, 2).map(({ action }) => action)).toEqual(['setting.write', 'setting.write']);
    expect(await done('audit', 'list', '--limit', 'all')).toContain('\tplan.activate\t');
  });
});

describe('what endpoints say', () => {
  const noise = String.raw`\033]0;title\007\377caf\303\251 \033[31mred\033[0m \033[2J\n`;
  let id = '';

  it('S-07 is shown on a terminal and never obeyed by it', async () => {
    const text = hello
      .replace('Say hello', 'Noise')
      .replace(/content: [^]*parameters:/, `content: printf '${noise}'\nparameters:`);
    await done('script', 'create', '-f', file('noise.yaml', text));
    await done(
      'task',
      'create',
      '-f',
      file('noise-task.yaml', 'kind: Task\nname: Noise\nos: linux\nscript: Noise\n'),
    );
    const ended = await json(cycle, 'task', 'run', 'Noise', '--on', 'endpoint:real', '--wait');
    const [one] = await json(z.array(activitySummary), 'activity', 'list', '--cycle', String(ended.id));
    id = String(one?.id);
    const bad = '\u001b]0;title\u0007\u009b2J\u202e';
    const greeted = await json(
      cycle,
      'task',
      'run',
      'Greet',
      '--on',
      'endpoint:real',
      '--param',
      `whom=${bad}`,
      '--wait',
    );
    const [listed] = await json(z.array(runSummary), 'run', 'list', '--cycle', String(greeted.id));
    expect(await done('run', 'show', String(listed?.id))).toContain('greeted=␛]0;title␇\ufffd2J\ufffd\n');
    expect(await json(run.loose(), 'run', 'show', String(listed?.id))).toMatchObject({
      facts: { greeted: bad },
    });
    expect(await done('run', 'show', String(listed?.id), '--json')).not.toMatch(
      /[\u0080-\u009f\u202e\u001b]/,
    );
  });

  it('O-02 output is given as it is to a pipe', async () => {
    const raw = new Child(['sh', '-c', '"$@" | base64 -w 0', 'sh', ...patchbay, 'activity', 'output', id], {
      env: environment(),
    });
    await raw.end;
    const bytes = Buffer.from(raw.stdout, 'base64');
    expect(bytes.toString('latin1')).toBe(
      `\u001b]0;title\u0007\u00ffcaf\u00c3\u00a9 \u001b[31mred\u001b[0m \u001b[2J\n`,
    );
  });

  it.skipIf(!hasTerminals)(`S-07 output is harmless on a terminal${onTerminal}`, async () => {
    const { child, ended } = inTerminal(['activity', 'output', id]);
    expect(await ended).toMatchObject({ code: 0 });
    expect(child.stdout).toContain('␛]0;title␇\ufffdcafé \u001b[31mred\u001b[0m ␛[2J\r\n');
  });

  it.skipIf(!hasTerminals)(`lists are tables and progress is a tree on a terminal${onTerminal}`, async () => {
    const { child, ended } = inTerminal(['endpoint', 'list']);
    await ended;
    expect(child.stdout).toContain('│');
    const watched = inTerminal(['task', 'run', 'Greet', '--on', 'endpoint:real', '--wait']);
    await watched.ended;
    expect(watched.child.stdout).toContain('✔');
  });
});

/** Runs `patchbay` on a terminal of its own. */
function inTerminal(args: readonly string[], env: Environment = {}) {
  const command = [...patchbay, ...args].map((part) => `'${part}'`).join(' ');
  const child = new Child(['script', '-qec', `stty cols 100 rows 30; exec ${command}`, '/dev/null'], {
    input: null,
    env: { ...environment(env), NO_COLOR: undefined, TERM: 'xterm' },
  });
  return { child, ended: child.end };
}

describe('exit codes and errors', () => {
  it.each([
    [['no-such-command'], 'unknown command'],
    [['script', 'create'], "required option '-f, --file <file>'"],
    [['enrolment-token', 'create', '--uses', 'many'], 'It must be a whole number from 1 on.'],
    [['enrolment-token', 'create', '--expires', '1y'], 'It must be a time such as 30m, 24h or 7d.'],
    [['task', 'run', 'Greet', '--on', 'all', '--param', 'whom'], '"whom" is not of the form name=value'],
    [['endpoint', 'tag', 'real', 'ring'], '"ring" is not of the form name=value'],
    [['script', 'create', '-f', '/no/such/file'], '/no/such/file cannot be read'],
    [['login', '--server', 'not an address'], '"not an address" is not an address'],
  ])('2: wrong usage: %j', async (args, words) => {
    expect(await refused(2, args)).toContain(words);
  });

  it('2: no server is known, or no token for it', async () => {
    const nowhere = { PATCHBAY_URL: undefined, PATCHBAY_TOKEN: undefined };
    expect(await refused(2, ['whoami'], { env: nowhere })).toContain('patchbay login');
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_TOKEN: undefined } })).toContain('no token for');
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_URL: 'localhost:7700' } })).toContain(
      'is not an address',
    );
    expect(await refused(2, ['whoami'], { env: { PATCHBAY_TOKEN: 'a\nb' } })).not.toContain('a\nb');
  });

  it.each([
    ['an unknown name', ['endpoint', 'show', 'nobody'], 'NOT_FOUND: '],
    ['a name that is taken', ['script', 'duplicate', 'Say hello', '--as', 'Say hello'], 'NAME_TAKEN: '],
    ['a selector that means nobody', ['task', 'run', 'Greet', '--on', 'tag:no=one'], 'NOT_POSSIBLE_NOW: '],
    ['a selector that is none', ['task', 'run', 'Greet', '--on', 'every:one'], 'INVALID_INPUT: '],
  ])('3: refused: %s', async (_, args, words) => {
    expect(await refused(3, args)).toContain(words);
  });

  it('S-02 3: what the role does not allow, or nobody is', async () => {
    const asViewer = { env: { PATCHBAY_TOKEN: await tokenOf('viewer') } };
    expect(await refused(3, ['script', 'delete', 'Say hello'], asViewer)).toContain('NOT_ALLOWED: ');
    expect(await refused(3, ['whoami'], { env: { PATCHBAY_TOKEN: 'patchbay_api_wrong' } })).toContain(
      'NOT_AUTHENTICATED: ',
    );
    const { stdout } = await cli(['whoami', '--json'], asViewer);
    expect(whoami.parse(JSON.parse(stdout))).toMatchObject({ role: 'viewer' });
  });

  it('4: the server is not reachable', async () => {
    expect(await refused(4, ['endpoint', 'list'], { env: { PATCHBAY_URL: 'http://127.0.0.1:9' } })).toContain(
      'cannot be reached',
    );
  });

  it('0: help and version', async () => {
    expect(await done('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await done('task', 'run', '--help')).toContain('--on <selector>');
  });

  async function tokenOf(role: Role): Promise<string> {
    return (await api.send('POST', '/api-tokens', { name: `a ${role}`, role }, createdApiToken)).token;
  }
});

describe('login', () => {
  const stored = (): string => join(folder, 'patchbay', 'credentials.json');
  const signedOut = { PATCHBAY_URL: undefined, PATCHBAY_TOKEN: undefined };

  it('S-03 keeps a token for its own server only', async () => {
    const wrong = await cli(['login', '--server', server.url], { env: signedOut, input: 'wrong\n' });
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('NOT_AUTHENTICATED') });
    const ended = await cli(['login', '--server', server.url], { env: signedOut, input: `${token}\n` });
    expect(ended).toEqual({
      code: 0,
      stdout: 'Signed in as first administrator (administrator).\n',
      stderr: '',
    });
    expect(statSync(stored()).mode & 0o077).toBe(0);
    expect((await cli(['whoami'], { env: signedOut })).stdout).toMatch(/^role +administrator$/m);
    const elsewhere = { ...signedOut, PATCHBAY_URL: 'http://127.0.0.1:9' };
    expect(await refused(2, ['whoami'], { env: elsewhere })).toContain('no token for http://127.0.0.1:9');
    rmSync(stored());
  });

  it.skipIf(!hasTerminals)(`S-03 does not show the token on a terminal${onTerminal}`, async () => {
    const { child, ended } = inTerminal(['login', '--server', server.url], signedOut);
    await child.prints('API token (it is not shown): ');
    child.write(`${token}\r`);
    expect(await ended, child.output).toMatchObject({ code: 0 });
    expect(child.output).toContain('Signed in as first administrator');
    expect(child.output).not.toContain(token.slice(-10));
    expect(JSON.parse(readFileSync(stored(), 'utf8'))).toEqual({ url: server.url, token });
    rmSync(stored());
  });
});

describe('S-07 files that are wrong', () => {
  it('the server finds out what the file alone does not tell, and the CLI says where', async () => {
    const text =
      'kind: Workflow\nname: Wrong\nos: linux\nprePatching:\n  - task: Greet\n  - task: No such task\n';
    const path = file('wrong.yaml', text);
    expect(await refused(3, ['workflow', 'create', '-f', path])).toContain(`${path}:6: prePatching.1.task: `);
  });

  it.each([
    ['10 MB of a script', () => hello.replace('echo', `echo ${'x'.repeat(10 * 1024 * 1024)}`)],
    ['bytes that are no text', () => Buffer.concat([Buffer.from(hello), Buffer.from([0xc3, 0x28])])],
    ['10,000 parameters', () => `${hello}${'  - { name: a, type: string }\n'.repeat(10_000)}`],
    ['aliases without end', () => `a: &a [x]\nb: &b [${'*a,'.repeat(99)}]\nc: [${'*b,'.repeat(99)}]\n`],
    ['a NUL', () => hello.replace('Greets.', '"\\0"')],
  ])('%s', async (_, content) => {
    const before = await things();
    expect(await refused(3, ['script', 'create', '-f', file('bad.yaml', content())])).toMatch(
      /^INVALID_INPUT: /,
    );
    expect(await things()).toBe(before);
  });

  it('whatever stands in a file, it is stored whole or refused with 3, and nothing is stored of it', async () => {
    const whole = {
      script: {
        kind: 'Script',
        name: 'Fuzz',
        os: ['linux'],
        interpreter: 'sh',
        content: 'exit 0',
        parameters: [{ name: 'a', type: 'string' }],
      },
      task: {
        kind: 'Task',
        name: 'Fuzz',
        os: 'linux',
        script: 'Say hello',
        parameters: { whom: 'x' },
        retries: { count: 1 },
      },
      workflow: {
        kind: 'Workflow',
        name: 'Fuzz',
        os: 'linux',
        prePatching: [{ task: 'Greet', condition: { fact: 'a', value: 'b' } }],
      },
      plan: {
        kind: 'Plan',
        name: 'Fuzz',
        endpoints: 'all',
        patches: { which: 'all' },
        workflows: { linux: 'Polite' },
      },
    };
    const nouns = Object.keys(whole) as (keyof typeof whole)[];
    const junk = fc.oneof(
      fc.constantFrom(null, true, -1, 1e308, '', 'a\u0000b', '\ud800', 'x'.repeat(2_000_000), [], {}, [[[]]]),
      fc.constantFrom(Array(10_000).fill({ task: 'Greet' }), { __proto__: null, constructor: 1 }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const changed = fc
      .record({
        noun: fc.constantFrom(...nouns),
        at: fc.nat(),
        value: junk,
        extra: fc.option(fc.string(), { nil: null }),
      })
      .map(({ noun, at, value, extra }) => {
        const fields = Object.keys(whole[noun]);
        const broken: Record<string, unknown> = {
          ...whole[noun],
          [fields[at % fields.length] ?? 'name']: value,
        };
        if (extra !== null) broken[extra] = value;
        return { noun, content: Buffer.from(JSON.stringify(broken)) };
      });
    const random = fc.record({
      noun: fc.constantFrom(...nouns),
      content: fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: changed }, random), async ({ noun, content }) => {
        const before = await things();
        const { code, stderr } = await inProcess([noun, 'create', '-f', file('fuzz', content)]);
        expect([0, 3], stderr).toContain(code);
        expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
        expect(await things()).toBe(code === 0 ? before + 1 : before);
        if (code === 0)
          await database.pool.query(
            `delete from ${noun}s where id = (select id from ${noun}s order by created_at desc limit 1)`,
          );
        else expect(stderr).toMatch(/^[A-Z_]+: /);
      }),
      { numRuns: 200 },
    );
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  /** Runs a command inside this process, which is much quicker. */
  async function inProcess(args: readonly string[]): Promise<{ code: number; stderr: string }> {
    let stderr = '';
    vi.stubEnv('PATCHBAY_URL', server.url);
    vi.stubEnv('PATCHBAY_TOKEN', token);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += String(text);
      return true;
    });
    try {
      await parseCommand(args);
      return { code: Number(process.exitCode ?? 0), stderr };
    } finally {
      process.exitCode = undefined;
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    }
  }

  async function things(): Promise<number> {
    const { rows } = await database.pool.query<{ count: number }>(
      `select (select count(*) from scripts) + (select count(*) from tasks) +
              (select count(*) from workflows) + (select count(*) from plans) as count`,
    );
    return Number(rows[0]?.count);
  }
});

it('S-04 a revoked endpoint is sent away, and can be forgotten', async () => {
  expect(await done('endpoint', 'revoke', 'real')).toBe('"real" is revoked.\n');
  expect(await agent.end).toMatchObject({ code: 3 });
  expect(agent.stderr).toContain('the server has sent this agent away');
  expect(await json(z.array(endpointSummary), 'endpoint', 'list')).toEqual([]);
  expect(await done('agent', 'unenroll', '--state-dir', stateDir)).toBe('The enrolment is forgotten.\n');
  expect(await done('agent', 'status', '--state-dir', stateDir)).toMatch(/^enrolled +no$/m);
});
