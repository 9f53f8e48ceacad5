import { join } from 'node:path';
import { activity, activitySummary } from '@patchbay/contracts/activity';
import { auditEntry } from '@patchbay/contracts/audit';
import { type Cycle, cycle } from '@patchbay/contracts/cycle';
import { endpoint, endpointPatch, endpointSummary } from '@patchbay/contracts/endpoint';
import { createdEnrolmentToken, enrolmentToken } from '@patchbay/contracts/enrolment-token';
import { logEntry } from '@patchbay/contracts/log';
import { run, runEvent, runSummary } from '@patchbay/contracts/run';
import { setting } from '@patchbay/contracts/setting';
import { taskSchedule } from '@patchbay/contracts/task-schedule';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Child } from './system/child.ts';
import { hello, noTerminal, scriptFile, taskFile, useCommandLine } from './system/command-line.ts';
import { patchbay } from './system/server-process.ts';

const line = useCommandLine();
const { cli, done, file, inTerminal, json, refused } = line;
const stateDir = join(line.folder, 'agent');
let agent: Child;

const onReal = ['--on', 'endpoint:real', '--wait'];

async function addTask(name: string, content: string): Promise<void> {
  await done('script', 'create', '-f', file('script.json', scriptFile(name, content)));
  await done('task', 'create', '-f', file('task.yaml', taskFile(name)));
}

beforeAll(async () => {
  await done('script', 'create', '-f', file('hello.yaml', hello));
  await done('task', 'create', '-f', file('greet.yaml', taskFile('Greet', 'Say hello')));
  const tuesday = 'kind: Plan\nname: Tuesday\nassignments: [{ endpoints: "tag:ring=test", os: linux }]\n';
  await cli(['plan', 'create', '-f', file('plan.yaml', tuesday)]);
});
afterAll(async () => {
  agent?.kill('SIGKILL');
  await agent?.end;
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
        line.server.url,
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
    agent = new Child([...patchbay, 'agent', 'run', '--state-dir', stateDir], { env: line.environment() });
    await waitFor(async () => (await line.api.get('/endpoints/real', endpoint)).scannedAt !== null, {
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
    const ended = await json(cycle, 'task', 'run', 'Greet', ...onReal);
    expect(ended).toMatchObject({ kind: 'task', result: 'succeeded' });
  });

  it('L-26 Run Task at a set time waits for it, is listed, and can be called off', async () => {
    const soon = new Date(Date.now() + 1_000).toISOString().replace(/\.\d+Z$/, 'Z');
    const output = await done('task', 'run', 'Greet', '--at', soon, ...onReal);
    expect(output).toMatch(/^Waiting until 2.* …$/m);
    expect(output).toMatch(/^Cycle \d+ has finished: succeeded\.$/m);
    const later = await done(
      'task',
      'run',
      'Greet',
      '--on',
      'endpoint:real',
      '--at',
      '+2h',
      '--within',
      '30m',
    );
    const [, id = ''] = /"patchbay task unschedule (\S+)"/.exec(later) ?? [];
    const [waiting, ...others] = await json(z.array(taskSchedule), 'task', 'scheduled', '--waiting');
    expect([waiting?.id, waiting?.withinMinutes, others]).toEqual([id, 30, []]);
    expect(await done('task', 'unschedule', id)).toBe('"Greet" will not run on endpoint:real.\n');
    expect(await done('task', 'scheduled')).toMatch(
      new RegExp(`^${id}\tGreet\tendpoint:real\tcancelled\t`, 'm'),
    );
    const every = ['task', 'run', 'Greet', '--on', 'all', '--every', '1h'];
    expect(await refused(3, every)).toContain('everyMinutes');
    expect(await refused(2, [...every, '--wait'])).toContain('no end');
  });

  it('W-01 W-14 cycles, runs and activities are listed, shown and explained', async () => {
    const [last] = await json(z.array(cycle), 'cycle', 'list');
    const id = String(last?.id);
    expect(await done('cycle', 'show', id)).toMatch(/^runs +1 run: 1 succeeded$/m);
    const [listed] = await json(z.array(runSummary), 'run', 'list', '--cycle', id, '--endpoint', 'real');
    const whole = run.extend({ events: z.array(runEvent), activities: z.array(activitySummary) });
    const shown = await json(whole, 'run', 'show', String(listed?.id));
    expect(shown.facts).toEqual({ greeted: 'world' });
    const text = await done('run', 'show', String(listed?.id));
    expect(text).toContain('The run started.');
    expect(text).toContain(`patchbay activity output ${shown.activities[0]?.id}`);
    const [one] = await json(z.array(activitySummary), 'activity', 'list', '--run', String(listed?.id));
    expect(await json(activity, 'activity', 'show', String(one?.id))).toMatchObject({
      script: { name: 'Say hello', revision: 1 },
      parameters: { PATCHBAY_WHOM: 'world' },
    });
    expect(await done('activity', 'show', String(one?.id))).toMatch(/^exit code +0 \(success: 0\)$/m);
    expect(await done('activity', 'output', String(one?.id))).toBe('hello world\n');
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
    await addTask('Fail', 'exit 3');
    const failed = await cli(['task', 'run', 'Fail', ...onReal, '--json']);
    expect(failed).toMatchObject({ code: 1 });
    const { id: failedCycle } = cycle.parse(JSON.parse(failed.stdout));
    const [one] = await json(z.array(runSummary), 'run', 'list', '--cycle', String(failedCycle));
    const id = String(one?.id);
    expect(await done('run', 'resume', id)).toBe(`Run ${id} on real: running.\n`);
    await finished(failedCycle);
    expect(await json(run, 'run', 'repeat', id, 'task')).toMatchObject({ id: one?.id });
    await finished(failedCycle);
    expect(await done('run', 'skip', id, 'task')).toBe(`Run ${id} on real: succeeded.\n`);
    expect(await refused(3, ['run', 'resume', id])).toContain('NOT_POSSIBLE_NOW: ');

    await addTask('Wait', 'sleep 600');
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
        const found = await line.api.get(`/cycles/${id}`, cycle);
        return found.status === 'finished' && found;
      },
      { what: `the end of cycle ${id}` },
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

  it('O-04 log list --follow goes on with what happens, one line each, filtered', async () => {
    await addTask('Complain', 'exit 7');
    const complain = ['task', 'run', 'Complain', '--on', 'endpoint:real', '--wait'];
    await cli(complain);
    const follower = (...args: string[]) =>
      new Child([...patchbay, 'log', 'list', '--follow', ...args], { env: line.environment() });
    const text = follower('--category', 'run', '--endpoint', 'real');
    const other = follower('--json');
    try {
      // Nothing says when it has begun to look, so it is given something to see until it has seen it.
      await waitFor(
        async () => {
          await cli(complain);
          return text.stdout.includes('failed') && other.stdout.includes('failed');
        },
        { timeoutMs: 90_000, what: 'an entry of the log' },
      );
      const [first = ''] = text.stdout.split('\n');
      expect(first.split('\t').slice(1, 4)).toEqual(['error', 'run', 'real']);
      expect(text.ended).toBeNull();
    } finally {
      for (const child of [text, other]) child.kill('SIGINT');
    }
    await Promise.all([text.end, other.end]);
    const ids = other.stdout
      .trim()
      .split('\n')
      .map((one) => logEntry.parse(JSON.parse(one)).id);
    expect(new Set(ids).size).toBe(ids.length);
    const [latest] = await json(z.array(logEntry), 'log', 'list', '--level', 'error');
    expect(latest).toMatchObject({ category: 'run', endpoint: { name: 'real' } });
  });

  it('L-27 a health check that fails shows the endpoint as unhealthy until it passes', async () => {
    await done('script', 'create', '-f', file('script.json', scriptFile('Answers', 'exit 1')));
    const check = `${taskFile('Answers')}category: Health Check\n`;
    await done('task', 'create', '-f', file('task.yaml', check));
    await cli(['task', 'run', 'Answers', ...onReal]);
    expect(await done('endpoint', 'show', 'real')).toMatch(/Answers: unhealthy since .*\(exit code 1 is not/);
    expect(await done('endpoint', 'list', '--health', 'unhealthy')).toMatch(/^real\t/);
    expect(await done('endpoint', 'list', '--health', 'healthy')).toBe('');
    await done('task', 'delete', 'Answers');
  });
});

describe('what endpoints say', () => {
  const noise = String.raw`\033]0;title\007\377caf\303\251 \033[31mred\033[0m \033[2J\n`;
  let id = '';

  it('S-07 is shown on a terminal and never obeyed by it', async () => {
    await addTask('Noise', `printf '${noise}'`);
    const ended = await json(cycle, 'task', 'run', 'Noise', ...onReal);
    const [one] = await json(z.array(activitySummary), 'activity', 'list', '--cycle', String(ended.id));
    id = String(one?.id);
    const bad = '\u001b]0;title\u0007\u009b2J\u202e';
    const greeted = await json(cycle, 'task', 'run', 'Greet', '--param', `whom=${bad}`, ...onReal);
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
      env: line.environment(),
    });
    await raw.end;
    const bytes = Buffer.from(raw.stdout, 'base64');
    expect(bytes.toString('latin1')).toBe(
      `\u001b]0;title\u0007\u00ffcaf\u00c3\u00a9 \u001b[31mred\u001b[0m \u001b[2J\n`,
    );
  });

  it.skipIf(noTerminal !== '')(`S-07 output is harmless on a terminal${noTerminal}`, async () => {
    const child = inTerminal(['activity', 'output', id]);
    expect(await child.end).toMatchObject({ code: 0 });
    expect(child.stdout).toContain('␛]0;title␇\ufffdcafé \u001b[31mred\u001b[0m ␛[2J\r\n');
  });

  it.skipIf(noTerminal !== '')(
    `lists are tables and progress is a tree on a terminal${noTerminal}`,
    async () => {
      const list = inTerminal(['endpoint', 'list']);
      const progress = inTerminal(['task', 'run', 'Greet', ...onReal]);
      await Promise.all([list.end, progress.end]);
      expect(list.stdout).toContain('│');
      expect(progress.stdout).toContain('✔');
    },
  );
});

it('S-04 a revoked endpoint is sent away, and can be forgotten', async () => {
  expect(await done('endpoint', 'revoke', 'real')).toBe('"real" is revoked.\n');
  expect(await agent.end).toMatchObject({ code: 3 });
  expect(agent.stderr).toContain('the server has sent this agent away');
  expect(await json(z.array(endpointSummary), 'endpoint', 'list')).toEqual([]);
  expect(await done('agent', 'unenroll', '--state-dir', stateDir)).toBe('The enrolment is forgotten.\n');
  expect(await done('agent', 'status', '--state-dir', stateDir)).toMatch(/^enrolled +no$/m);
});
