import { randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { enrolCommand } from '@patchbay/agent/main';
import { type ActivitySummary, activitySummary } from '@patchbay/contracts/activity';
import { cycle } from '@patchbay/contracts/cycle';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { plan } from '@patchbay/contracts/plan';
import { script } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { workflow } from '@patchbay/contracts/workflow';
import { decide } from '@patchbay/domain/run/decide';
import { initialRunState, type RunState } from '@patchbay/domain/run/state';
import {
  killPostmaster,
  makeDataDirectory,
  postmasterPid,
  removeDataDirectory,
} from '@patchbay/testkit/data-directory';
import { freePort } from '@patchbay/testkit/free-port';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Child } from './system/child.ts';
import { ServerProcess } from './system/server-process.ts';
import { readStoredRuns, type StoredRun } from './system/stored-runs.ts';

const seed = Number(process.env['PATCHBAY_TEST_SEED'] ?? randomInt(2 ** 31));
const plans = 8;
const fleets = 5;
const agentsPerFleet = 5;
const kills = 36;
/** Executions of the whole; fewer when interrupted runs end early, more when activities are repeated. */
const executionsBefore = { first: 20, last: 720 };

/** Mulberry32: numbers from [0, 1) that only the seed decides. */
function dice(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const victims = ['server', 'postgres', 'agents'] as const;
type Kill = { readonly after: number; readonly victim: (typeof victims)[number]; readonly fleet: number };

/** When the number of executions has come to `after`, the victim dies. Several may die at once. */
function drawKills(random: () => number): Kill[] {
  const { first, last } = executionsBefore;
  const drawn = Array.from({ length: kills }, (_, index) => ({
    after: first + Math.floor(random() * (last - first)),
    victim: victims[index % victims.length] ?? 'server',
    fleet: Math.floor(random() * fleets),
  }));
  return drawn.sort((a, b) => a.after - b.after);
}

/** Appends to a file of its own when it begins and when it ends. */
const content = `printf 'begin %s\\n' "$(date +%s%3N)" >> "$PATCHBAY_FOLDER/$PATCHBAY_ACTIVITY"
sleep "$PATCHBAY_SECONDS"
printf 'end %s\\n' "$(date +%s%3N)" >> "$PATCHBAY_FOLDER/$PATCHBAY_ACTIVITY"`;

describe(`kill -9 at random moments (seed ${seed})`, () => {
  let directory: string;
  let executions: string;
  let server: ServerProcess;
  const fleetFolder = (fleet: number): string => join(directory, 'fleets', String(fleet));
  const fleetProcesses: Child[] = [];
  const startFleet = (fleet: number): void => {
    const program = fileURLToPath(new URL('./system/agent-fleet.ts', import.meta.url));
    fleetProcesses[fleet] = new Child([process.execPath, program, fleetFolder(fleet), executions]);
  };
  const executed = (): number => readdirSync(executions).length;

  beforeAll(async () => {
    directory = await makeDataDirectory();
    executions = join(directory, 'executions');
    mkdirSync(executions);
    server = new ServerProcess(directory, await freePort());
    await server.ready();
    await makeLibrary();
    for (let fleet = 0; fleet < fleets; fleet += 1) await enrolFleet(fleet);
    for (let fleet = 0; fleet < fleets; fleet += 1) startFleet(fleet);
  });
  afterAll(async () => {
    for (const fleet of fleetProcesses) fleet.kill('SIGKILL');
    await Promise.all(fleetProcesses.map((fleet) => fleet.end));
    await server?.destroy();
    await removeDataDirectory(directory);
  });

  async function makeLibrary(): Promise<void> {
    const { api } = server;
    const parameters = ['folder', 'seconds'].map((name) => ({ name, type: 'string', required: true }));
    const name = 'Leave a trace';
    await api.send(
      'POST',
      '/scripts',
      { name, os: ['linux'], interpreter: 'sh', content, parameters },
      script,
    );
    const common = { os: 'linux', script: name };
    const repeatable = { safeToRepeat: true, retries: { count: 10, delaySeconds: 0 } };
    const values = (seconds: string) => ({ parameters: { folder: executions, seconds } });
    await api.send(
      'POST',
      '/tasks',
      { name: 'Repeatable', ...common, ...repeatable, ...values('0.1') },
      task,
    );
    await api.send('POST', '/tasks', { name: 'Once', ...common, ...values('0.05') }, task);
    const steps = (...names: string[]) => names.map((one) => ({ task: one }));
    const phases = {
      prePatching: steps('Repeatable', 'Once'),
      postPatching: steps('Repeatable', 'Once'),
      afterReboot: steps('Repeatable'),
    };
    await api.send('POST', '/workflows', { name: 'Six activities', os: 'linux', ...phases }, workflow);
    for (let number = 1; number <= plans; number += 1) {
      const patches = { choice: { which: 'listed', ids: [`patch-${number}`] } };
      const draft = {
        name: `Plan ${number}`,
        assignments: [{ endpoints: 'all', os: 'linux', workflow: 'Six activities' }],
        rollout: { maximumConcurrent: null, failureThreshold: null },
        patches,
      };
      await api.send('POST', '/plans', draft, plan);
    }
  }

  async function enrolFleet(fleet: number): Promise<void> {
    const { token } = await server.api.send(
      'POST',
      '/enrolment-tokens',
      { uses: agentsPerFleet },
      createdEnrolmentToken,
    );
    for (let agent = 0; agent < agentsPerFleet; agent += 1) {
      const name = `agent-${fleet}-${agent}`;
      const stateDir = join(fleetFolder(fleet), name);
      await enrolCommand({ server: server.url, stateDir, name, environment: token });
    }
  }

  async function strike({ victim, fleet }: Kill): Promise<void> {
    if (victim === 'server') return server.kill();
    if (victim === 'postgres') return killPostmaster(directory);
    const agents = fleetProcesses[fleet];
    if (agents === undefined || agents.ended !== null)
      throw new Error(`agents have ended by themselves: ${agents?.output}`);
    agents.kill('SIGKILL');
    await agents.end;
    startFleet(fleet);
  }

  it('E-08 E-09 W-08 W-14 given a server, a PostgreSQL and agents that die over and over, when 200 runs of 6 activities are done, then each ended right and nothing ran twice', {
    timeout: 240_000,
  }, async ({ onTestFailed }) => {
    onTestFailed(() => console.error(`Seed ${seed}; the server's log:\n${server.log}`));
    const cycles: number[] = [];
    for (let number = 1; number <= plans; number += 1) {
      const opened = await server.api.send('POST', `/plans/Plan%20${number}/activate`, {}, cycle);
      cycles.push(opened.id);
    }
    const drawn = drawKills(dice(seed));
    for (const kill of drawn) {
      await waitFor(() => executed() >= kill.after, { timeoutMs: 60_000, what: `${kill.after} executions` });
      await strike(kill);
    }
    expect(drawn.length).toBeGreaterThanOrEqual(30);
    await server.ready();
    for (const id of cycles) await cycleEnds(id);

    const activities = await server.api.list('/activities', activitySummary);
    expect(await server.stop(), server.log).toBe(0);
    expect(await postmasterPid(directory)).toBeNull();
    const runs = await readStoredRuns(directory);
    expect(runs).toHaveLength(plans * fleets * agentsPerFleet);
    for (const run of runs) {
      expect(explained(run), `run ${run.id} (seed ${seed})`).toEqual(run.state);
      expectRightEnd(run);
    }
    expectNothingRanTwice(activities);
  });

  async function cycleEnds(id: number): Promise<void> {
    await waitFor(async () => (await server.api.get(`/cycles/${id}`, cycle)).status === 'finished', {
      timeoutMs: 120_000,
      what: `the end of cycle ${id}`,
    });
  }

  /** Decides once more about every stored event; they follow one another without a gap and each has its sentences. */
  function explained({ id, definition, seq, events }: StoredRun): RunState {
    expect(events.map((one) => one.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events).toHaveLength(seq);
    return events.reduce<RunState>((state, { event, notes }) => {
      const decision = decide(definition, state, event);
      if (decision.kind !== 'accepted')
        throw new Error(`run ${id}: ${event.kind} was stored and is ${decision.kind}`);
      expect(notes.length).toBeGreaterThan(0);
      expect(decision.notes).toEqual(notes);
      return decision.state;
    }, initialRunState);
  }

  /** W-02, W-04, W-06, W-08: what ran, and what became of it, follows from how each step's last attempt ended. */
  function expectRightEnd({ id, state, events, activities }: StoredRun): void {
    const what = `run ${id} (seed ${seed}): ${JSON.stringify(activities)}`;
    const last = new Map(activities.map(({ step, status }) => [step, status]));
    const succeeded = (...steps: string[]): boolean => steps.every((step) => last.get(step) === 'succeeded');
    const expected = ['pre-1'];
    if (succeeded('pre-1')) expected.push('pre-2');
    if (succeeded('pre-1', 'pre-2')) expected.push('patch', 'post-1');
    if (succeeded('post-1')) expected.push('post-2');
    if (succeeded('post-1', 'post-2')) expected.push('check-1');
    expect([...last.keys()].sort(), what).toEqual(expected.sort());
    expect(state, what).toMatchObject({
      status: 'finished',
      result: succeeded(...expected) ? 'succeeded' : 'failed',
    });

    for (const { step, attempt, status } of activities) {
      const outcomes = events.filter(
        ({ event }) => event.kind === 'activityFinished' && event.step === step && event.attempt === attempt,
      );
      expect(outcomes, what).toHaveLength(1);
      expect(['succeeded', 'interrupted'], what).toContain(status);
      const before = activities.filter((one) => one.step === step && one.attempt < attempt);
      expect(before.map((one) => one.status)).toEqual(before.map(() => 'interrupted'));
      expect(attempt === 1 || ['pre-1', 'post-1', 'check-1'].includes(step), what).toBe(true);
    }
  }

  /** Each execution has left its lines in a file of its own, and an endpoint does one thing at a time. */
  function expectNothingRanTwice(activities: readonly ActivitySummary[]): void {
    const executed = readExecutions();
    const fileOf = ({ id, step, endpoint, plan: of }: ActivitySummary): string =>
      step === 'patch' ? `${endpoint.name}.${of?.name.replace('Plan ', 'patch-')}` : id;
    const files = new Set(activities.map(fileOf));
    expect(
      [...executed.keys()].filter((file) => !files.has(file)),
      `executions of nothing (seed ${seed})`,
    ).toEqual([]);
    for (const one of activities) {
      const words = executed.get(fileOf(one))?.words.join(' ') ?? '';
      const allowed = one.status === 'succeeded' ? ['begin end'] : ['', 'begin', 'begin end'];
      expect(allowed, `${one.id}, ${one.status} (seed ${seed})`).toContain(words);
    }
    for (const [endpoint, own] of Map.groupBy(activities, (one) => one.endpoint.name)) {
      const inOrder = own.flatMap((one) => executed.get(fileOf(one)) ?? []).sort((a, b) => a.begin - b.begin);
      const atOnce = inOrder.filter(
        (one, index) => one.end > (inOrder[index + 1]?.begin ?? Number.POSITIVE_INFINITY),
      );
      expect(atOnce, `executions at the same time on ${endpoint} (seed ${seed})`).toEqual([]);
    }
  }

  type Execution = { words: string[]; begin: number; end: number };

  function readExecutions(): Map<string, Execution> {
    return new Map(
      readdirSync(executions).map((file) => {
        const lines = readFileSync(join(executions, file), 'utf8')
          .trim()
          .split('\n')
          .map((line) => line.split(' '));
        const [begin = 0, end = begin] = lines.map(([, at]) => Number(at));
        return [file, { words: lines.map(([word = '']) => word), begin, end }];
      }),
    );
  }
});
