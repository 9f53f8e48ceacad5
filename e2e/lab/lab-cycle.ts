import { randomUUID } from 'node:crypto';
import { type Api, part } from '@patchbay/cli/api';
import { type Activity, activity as activitySchema, activitySummary } from '@patchbay/contracts/activity';
import { cycle as cycleSchema } from '@patchbay/contracts/cycle';
import { type PlanDraft, plan as planSchema } from '@patchbay/contracts/plan';
import { type Run, runEvent, run as runSchema, runSummary } from '@patchbay/contracts/run';
import { script as scriptSchema } from '@patchbay/contracts/script';
import { setting as settingSchema } from '@patchbay/contracts/setting';
import { type TaskDraft, task as taskSchema } from '@patchbay/contracts/task';
import { type Workflow, type WorkflowInput, workflow as workflowSchema } from '@patchbay/contracts/workflow';
import type { SettingName } from '@patchbay/domain/setting/definitions';
import { waitFor } from '@patchbay/testkit/wait-for';

const runLimitMs = 120_000;

/** Makes a script of these lines of `sh` and a task for it, both of that name. */
export async function makeTask(
  api: Api,
  name: string,
  content: string,
  more: Partial<TaskDraft> = {},
): Promise<void> {
  const script = { name, os: ['linux'], interpreter: 'sh', content };
  await api.send('POST', '/scripts', script, scriptSchema);
  const task: TaskDraft = { name, os: 'linux', script: name, ...more };
  await api.send('POST', '/tasks', task, taskSchema);
}

/** The name of a task, or a step with settings of its own. */
type Step = string | ({ readonly task: string } & Partial<WorkflowInput['postPatching'][number]>);

/** Makes a workflow for Linux. */
export async function makeWorkflow(
  api: Api,
  name: string,
  steps: {
    readonly pre?: readonly Step[];
    readonly post?: readonly Step[];
    readonly after?: readonly Step[];
  },
  control: Partial<Workflow['control']> = {},
): Promise<void> {
  const named = (steps: readonly Step[] = []) =>
    steps.map((step) => (typeof step === 'string' ? { task: step } : step));
  const { pre, post, after } = steps;
  const draft = {
    name,
    os: 'linux',
    control,
    prePatching: named(pre),
    postPatching: named(post),
    afterReboot: named(after),
  };
  await api.send('POST', '/workflows', draft, workflowSchema);
}

/** Changes the system configuration. */
export async function changeSetting(api: Api, name: SettingName, value: string | number): Promise<void> {
  await api.send('PUT', `/settings/${part(name)}`, { value }, settingSchema);
}

/** Opens a cycle of a new plan that applies all patches on one endpoint. Answers its run. */
export async function openRun(
  api: Api,
  endpoint: string,
  workflow: string,
  { mode = 'real', ...more }: Partial<PlanDraft> & { mode?: 'real' | 'rehearsal' } = {},
): Promise<number> {
  const name = `${workflow} ${randomUUID()}`;
  const draft: PlanDraft = {
    name,
    assignments: [{ endpoints: `endpoint:${endpoint}`, os: 'linux', workflow }],
    ...more,
  };
  await api.send('POST', '/plans', draft, planSchema);
  const verb = mode === 'real' ? 'activate' : 'rehearse';
  const opened = await api.send('POST', `/plans/${part(name)}/${verb}`, {}, cycleSchema);
  return onlyRunOf(api, opened.id);
}

/** Opens a Run Task on one endpoint (L-26). Answers its run. */
export async function openTaskRun(
  api: Api,
  draft: { readonly task: string; readonly on: string },
): Promise<number> {
  return onlyRunOf(api, (await api.send('POST', '/task-runs', draft, cycleSchema)).id);
}

async function onlyRunOf(api: Api, cycle: number): Promise<number> {
  const [run, ...others] = await api.list('/runs', runSummary, { cycle });
  if (run === undefined || others.length > 0) throw new Error(`cycle ${cycle} has not one run`);
  return run.id;
}

/** Resolves when the run fulfils the condition. */
export async function waitForRun(
  api: Api,
  id: number,
  condition: (run: Run) => boolean,
  what: string,
): Promise<Run> {
  return waitFor(
    async () => {
      const run = await api.get(`/runs/${id}`, runSchema);
      if (condition(run)) return run;
      throw new Error(`it is ${run.status} at ${run.step?.key} ${run.result ?? ''}`);
    },
    { timeoutMs: runLimitMs, what: `run ${id} ${what}` },
  );
}

/** What an activity has printed to its standard output. */
export async function readOutput(api: Api, activity: string): Promise<string> {
  return new TextDecoder().decode((await api.bytes(`/activities/${part(activity)}/output`)).bytes);
}

/** A finished run with everything that there is to read about it. */
export interface FinishedRun extends Run {
  /** Of each step one line: `pre-1 failed: exit code 3 is not in its success list [0]`. */
  readonly lines: readonly string[];
  /** The sentences that explain its transitions, in order. */
  readonly notes: readonly string[];
  /** The last one first. */
  readonly activities: readonly Activity[];
  /** What the last attempt at a step has printed to its standard output. */
  output(step: string): Promise<string>;
}

/** Waits for the end of a run and reads it. */
export async function finishedRun(api: Api, id: number): Promise<FinishedRun> {
  const run = await waitForRun(api, id, ({ status }) => status === 'finished', 'to finish');
  const events = await api.list(`/runs/${id}/events`, runEvent);
  const summaries = await api.list('/activities', activitySummary, { run: id });
  const activities = await Promise.all(
    summaries.map((summary) => api.get(`/activities/${summary.id}`, activitySchema)),
  );
  return {
    ...run,
    lines: run.steps.map(({ key, status, detail }) => `${key} ${status}: ${detail}`),
    notes: events.flatMap((event) => event.notes),
    activities,
    async output(step) {
      const last = activities.find((one) => one.step === step);
      return readOutput(api, last?.id ?? '');
    },
  };
}
