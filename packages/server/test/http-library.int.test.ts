import type { AuditEntry } from '@patchbay/contracts/audit';
import type { Library, LibraryApplied, LibraryDocument } from '@patchbay/contracts/library-document';
import type { Page } from '@patchbay/contracts/page';
import type { Problem } from '@patchbay/contracts/problem';
import type { Script, ScriptRevisionSummary } from '@patchbay/contracts/script';
import type { Task } from '@patchbay/contracts/task';
import type { Workflow } from '@patchbay/contracts/workflow';
import { withTransaction } from '@patchbay/server/db/pool';
import { insertScript } from '@patchbay/server/db/scripts';
import { insertWorkflow, setDefaultWorkflow } from '@patchbay/server/db/workflows';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const shipped = { by: 'the installation', at: new Date() };
const stored = { secret: 'stored' };

const drain = {
  kind: 'Script',
  name: 'Drain',
  os: ['linux'],
  interpreter: 'sh',
  content: 'touch /run/drain\n',
  parameters: [
    { name: 'PORT', type: 'number', required: true },
    { name: 'PASSWORD', type: 'secret' },
  ],
};
const task = { kind: 'Task', name: 'Drain it', os: 'linux', script: 'Drain', parameters: { PORT: 80 } };
const workflow = { kind: 'Workflow', name: 'Shop', os: 'linux', prePatching: [{ task: 'Drain it' }] };
const plan = {
  kind: 'Plan',
  name: 'All shops',
  assignments: [{ endpoints: 'all', os: 'linux', workflow: 'Shop' }],
};
const all = [drain, task, workflow, plan];

interface Request {
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly secrets?: readonly object[];
}

const call = (documents: readonly object[], request: Request = {}) =>
  http.call<LibraryApplied>('POST', 'library/apply', { body: { documents, ...request } });

async function apply(documents: readonly object[], request: Request = {}): Promise<LibraryApplied> {
  const answer = await call(documents, request);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.problem));
  return answer.body;
}

async function refused(documents: readonly object[], request: Request = {}): Promise<Problem> {
  const before = await everything();
  const { status, problem } = await call(documents, request);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(await everything()).toEqual(before);
  return problem;
}

const exported = async () => (await http.ok<Library>('GET', 'library')).documents;
const told = ({ changes }: LibraryApplied) =>
  changes.map(({ change, kind, name, fields }) => [change, kind, name, ...fields].join(' '));
const paths = ({ errors }: Problem) => errors.map(({ path }) => path);

/** Every row of the library, with its versions. */
const everything = () =>
  http.column(
    `select array[(select json_agg(t order by t.id)::text from scripts t),
       (select json_agg(t order by t.script, t.revision)::text from script_revisions t),
       (select json_agg(t order by t.id)::text from tasks t),
       (select json_agg(t order by t.id)::text from workflows t),
       (select json_agg(t order by t.workflow, t.task)::text from workflow_tasks t),
       (select json_agg(t order by t.id)::text from groups t),
       (select json_agg(t order by t.id)::text from windows t),
       (select json_agg(t order by t.id)::text from plans t),
       (select json_agg(t order by t.plan, t.place)::text from plan_assignments t),
       (select count(*)::text from audit)]`,
  );

beforeAll(async () => {
  await withTransaction(http.context.pool, async (tx) => {
    const script = {
      name: 'Shipped',
      description: '',
      category: 'General',
      note: '',
      os: ['linux' as const],
      interpreter: 'sh' as const,
      content: 'true',
      parameters: [],
    };
    await insertScript(tx, script, 'builtIn', shipped);
    const control = { afterPreFailure: null, afterPatchFailure: null, afterPostFailure: null };
    const steps = { prePatching: [], postPatching: [], afterReboot: [] };
    for (const os of ['linux', 'aix'] as const) {
      const input = { name: `Plain ${os}`, description: '', os, control, steps };
      const id = await insertWorkflow(tx, input, 'builtIn', shipped);
      await setDefaultWorkflow(tx, { id, os });
    }
  });
});

beforeEach(async () => {
  await http.ok('POST', 'workflows/Plain linux/set-default');
  await http.ok('POST', 'workflows/Plain aix/set-default');
  await apply([], { prune: true });
});

describe('apply', () => {
  it('L-52 given an empty library, then everything is created in the order of what needs what', async () => {
    const first = await apply([plan, workflow, task, drain]);
    expect(told(first)).toEqual([
      'created Script Drain',
      'created Task Drain it',
      'created Workflow Shop',
      'created Plan All shops',
    ]);
    expect(await http.ok('GET', 'plans/All shops')).toMatchObject({
      assignments: [{ os: 'linux', workflow: { name: 'Shop' } }],
    });
  });

  it('L-52 given the same documents again, then nothing changes, not even a version', async () => {
    await apply(all);
    const before = await everything();
    expect(await apply(all)).toEqual({ dryRun: false, changes: [], unchanged: 4, others: [] });
    expect(await apply(await exported(), { prune: true })).toMatchObject({ changes: [], unchanged: 4 });
    expect(await everything()).toEqual(before);
  });

  it('L-52 references by id or in other letters, and names in other letters, mean the same', async () => {
    await apply(all);
    const { id } = await http.ok<Script>('GET', 'scripts/Drain');
    const before = await everything();
    const same = [
      { ...task, script: id },
      { ...workflow, prePatching: [{ task: 'DRAIN IT' }] },
    ];
    expect(await apply(same)).toMatchObject({ changes: [], unchanged: 2 });
    expect(await everything()).toEqual(before);
    const renamed = [{ ...drain, name: 'DRAIN' }, task, workflow, plan];
    expect(told(await apply(renamed))).toEqual(['changed Script DRAIN name']);
    expect(await http.ok<Script>('GET', 'scripts/Drain')).toMatchObject({ id, name: 'DRAIN', revision: 1 });
  });

  it('L-52 L-05 the fields that change are told, and a script gets a revision only for what it runs', async () => {
    await apply(all);
    const described = { ...drain, description: 'Takes it out', note: 'ignored' };
    expect(told(await apply([described, { ...task, timeoutMinutes: 5 }]))).toEqual([
      'changed Script Drain description',
      'changed Task Drain it timeoutMinutes',
    ]);
    expect(await http.ok('GET', 'scripts/Drain')).toMatchObject({ description: 'Takes it out', revision: 1 });
    const edited = { ...described, content: 'touch /run/other\n', note: 'Another place' };
    expect(told(await apply([edited]))).toEqual(['changed Script Drain content']);
    const { items } = await http.ok<Page<ScriptRevisionSummary>>('GET', 'scripts/Drain/revisions');
    expect(items.map(({ revision, note }) => [revision, note])).toEqual([
      [2, 'Another place'],
      [1, 'Applied from files'],
    ]);
    expect(told(await apply([edited]))).toEqual([]);
  });

  it('L-52 a dry run tells the same and changes nothing', async () => {
    await apply(all);
    const before = await everything();
    const next = [
      { ...drain, content: 'true' },
      { ...task, name: 'Drain them' },
    ];
    const dry = await apply(next, { dryRun: true });
    expect(dry.dryRun).toBe(true);
    expect(await everything()).toEqual(before);
    expect(await apply(next)).toEqual({ ...dry, dryRun: false });
    const problem = await refused([{ ...task, script: 'Nowhere' }], { dryRun: true });
    expect(problem.errors).toEqual([{ path: 'documents.0.script', message: 'there is no script "Nowhere"' }]);
  });

  it('L-52 what no document describes stays and is named, and goes with prune; a new name is a new thing', async () => {
    await apply(all);
    const renamed = [
      { ...drain, name: 'Take out' },
      { ...task, name: 'Take it out', script: 'Take out' },
      { ...workflow, prePatching: [{ task: 'Take it out' }] },
      plan,
    ];
    const kept = await apply(renamed);
    expect(told(kept)).toEqual([
      'created Script Take out',
      'created Task Take it out',
      'changed Workflow Shop prePatching',
    ]);
    expect(kept.others).toEqual([
      { kind: 'Script', name: 'Drain' },
      { kind: 'Task', name: 'Drain it' },
    ]);
    const pruned = await apply(renamed, { prune: true });
    expect(told(pruned)).toEqual(['deleted Task Drain it', 'deleted Script Drain']);
    expect(pruned.others).toEqual([]);
    expect((await exported()).map(({ name }) => name)).toEqual([
      'Take out',
      'Take it out',
      'Shop',
      'All shops',
    ]);
  });

  it('L-10 L-25 L-48 what is in use is not deleted, and the refusal lists the uses', async () => {
    await http.endpoints('linux', 'shop-1');
    await apply([...all, { ...workflow, name: 'Mine', default: true }]);
    await http.ok('POST', 'plans/All shops/activate');
    const problem = await refused([], { prune: true });
    expect(problem.code).toBe('IN_USE');
    expect(problem.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The plan "All shops" cannot be deleted: its cycle \d+ has not finished\.$/),
      'The workflow "Mine" cannot be deleted: it is the default of Linux.',
      'The workflow "Shop" cannot be deleted: it is used by the plan "All shops".',
      'The task "Drain it" cannot be deleted: it is used by the workflow "Mine", the workflow "Shop".',
      'The script "Drain" cannot be deleted: it is used by the task "Drain it".',
    ]);
    await http.column('update cycles set finished_at = now()');
  });

  it('O-09 every change has an audit entry of its own', async () => {
    const since = Number((await http.column('select coalesce(max(id), 0) from audit'))[0]);
    await apply(all);
    await apply([{ ...drain, content: 'true' }, task, { ...workflow, default: true }], { prune: true });
    const { items } = await http.ok<Page<AuditEntry>>('GET', 'audit?limit=20');
    const entries = items.filter(({ id }) => id > since).toReversed();
    expect(entries.map(({ action, objectKind, details }) => [action, objectKind, details])).toEqual([
      ['script.create', 'script', { name: 'Drain', by: 'library.apply' }],
      ['task.create', 'task', { name: 'Drain it', by: 'library.apply' }],
      ['workflow.create', 'workflow', { name: 'Shop', by: 'library.apply' }],
      ['plan.create', 'plan', { name: 'All shops', by: 'library.apply' }],
      ['script.edit', 'script', { name: 'Drain', by: 'library.apply', fields: 'content' }],
      ['workflow.setDefault', 'workflow', { name: 'Shop', by: 'library.apply', os: 'linux' }],
      ['plan.delete', 'plan', { name: 'All shops', by: 'library.apply' }],
    ]);
  });

  it('L-52 of two applies at once each is whole, and in the end the library is one of the two', async () => {
    const folder = (port: number) => [drain, { ...task, parameters: { PORT: port } }, workflow, plan];
    const answers = await Promise.all([80, 81, 82, 80].map((port) => call(folder(port), { prune: true })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const counts = answers.map(
      ({ body }) => body.changes.filter(({ change }) => change === 'created').length,
    );
    expect(counts.toSorted((one, other) => one - other)).toEqual([0, 0, 0, 4]);
    const { parameters } = await http.ok<Task>('GET', 'tasks/Drain it');
    expect(told(await apply(folder(Number(parameters['PORT'])), { prune: true }))).toEqual([]);
  });
});

describe('what is refused', () => {
  it('L-52 S-07 one bad document among good ones: nothing is changed, and all its fields are named', async () => {
    await apply(all);
    const problem = await refused([
      { ...drain, content: 'changed' },
      { ...task, parameters: { PORT: 'eighty' }, successExitCodes: [0, 0] },
      { ...workflow, description: 'changed' },
    ]);
    expect(problem).toMatchObject({ code: 'INVALID_INPUT', status: 400 });
    expect(paths(problem)).toEqual(['documents.1.successExitCodes', 'documents.1.parameters.PORT']);
  });

  it('S-07 documents of a wrong form are named by their places', async () => {
    const problem = await refused([
      drain,
      { ...task, colour: 'red' },
      { kind: 'Robot', name: 'R' },
      7 as never,
    ]);
    expect(paths(problem)).toEqual(['documents.1.colour', 'documents.2.kind', 'documents.3']);
  });

  it('L-52 a name that stands twice, whatever the letters, or is one of a built-in thing', async () => {
    const twice = await refused([drain, task, { ...drain, name: 'dRAIN' }]);
    expect(twice.errors).toEqual([
      { path: 'documents.2.name', message: 'an earlier Script has the same name' },
    ]);
    const builtIn = await refused([
      { ...drain, name: 'shipped' },
      { ...workflow, name: 'Plain aix' },
    ]);
    expect(builtIn.errors).toEqual([
      { path: 'documents.0.name', message: 'is the name of a built-in script: choose another' },
      { path: 'documents.1.name', message: 'is the name of a built-in workflow: choose another' },
    ]);
  });

  it('L-22 L-43 things outside of the documents must still fit', async () => {
    await apply(all);
    const lacking = await refused([
      { ...drain, parameters: [...drain.parameters, { name: 'HOST', type: 'string', required: true }] },
    ]);
    expect(lacking.errors).toEqual([
      {
        path: 'documents.0.parameters',
        message: 'does not fit the task "Drain it" (parameters.HOST: is required)',
      },
    ]);
    const reboots = await refused([{ ...task, reboots: true }]);
    expect(reboots.errors[0]?.path).toBe('documents.0');
    expect(reboots.errors[0]?.message).toContain('the workflow "Shop"');
    const moved = await refused([{ ...workflow, os: 'aix', prePatching: [] }]);
    expect(moved.errors).toEqual([
      { path: 'documents.0.os', message: 'cannot be changed: the plan "All shops" uses it for Linux' },
    ]);
  });

  it('L-52 what would not fit half-way is accepted when all of it fits in the end', async () => {
    await apply(all);
    const parameters = [...drain.parameters, { name: 'HOST', type: 'string', required: true }];
    const everywhere = [
      { ...drain, os: ['aix'], parameters },
      { ...task, os: 'aix', reboots: true, parameters: { PORT: 1, HOST: 'a' } },
      { ...workflow, os: 'aix', default: true, prePatching: [], postPatching: [{ task: 'Drain it' }] },
      { ...plan, assignments: [{ endpoints: 'all', os: 'aix', workflow: 'Shop' }] },
    ];
    expect(told(await apply(everywhere))).toHaveLength(4);
    expect(told(await apply(everywhere))).toEqual([]);
    expect(told(await apply(all))).toHaveLength(4);
  });

  it('S-02 who only reads or operates does not apply', async () => {
    for (const as of ['viewer', 'operator', 'approver'] as const) {
      const { status } = await http.call('POST', 'library/apply', { as, body: { documents: [] } });
      expect([as, status]).toEqual([as, 403]);
    }
    const { status } = await http.call('POST', 'library/apply', { as: 'author', body: { documents: [] } });
    expect(status).toBe(200);
    expect((await http.call('GET', 'library', { as: 'viewer' })).status).toBe(200);
  });
});

describe('secrets', () => {
  const withSecret = { ...task, parameters: { PORT: 80, PASSWORD: stored } };
  const given = [{ task: 'drain IT', parameter: 'PASSWORD', value: 'hunter two' }];
  const sealed = async () => {
    const [secrets] = (await http.column(`select secrets from tasks where name = 'Drain it'`)) as [
      Record<string, string>,
    ];
    return http.context.sealer.open(String(secrets['PASSWORD']), 'parameter');
  };

  it('L-03 L-52 a secret of which nothing is stored is named, and comes beside the documents', async () => {
    const problem = await refused([drain, withSecret]);
    expect(problem.errors).toEqual([
      {
        path: 'documents.1.parameters.PASSWORD',
        message: 'no secret is stored yet: give its value',
      },
    ]);
    await apply([drain, withSecret], { secrets: given });
    expect(await sealed()).toBe('hunter two');
    expect((await exported())[1]).toMatchObject({ parameters: { PORT: 80, PASSWORD: stored } });
    expect(JSON.stringify(await everything())).not.toContain('hunter two');
    expect(
      String(await http.column('select string_agg(k::text, $1) from idempotency_keys k', '')),
    ).not.toContain('hunter two');
  });

  it('L-03 L-52 what is stored stays, by itself and when another value comes beside the documents', async () => {
    await apply([drain, withSecret], { secrets: given });
    const before = await everything();
    const others = [{ task: 'Drain it', parameter: 'PASSWORD', value: 'another' }];
    expect(told(await apply([drain, withSecret], { secrets: others }))).toEqual([]);
    expect(await everything()).toEqual(before);
    await apply([drain, { ...withSecret, timeoutMinutes: 3 }]);
    expect(await sealed()).toBe('hunter two');
  });

  it('L-03 a secret in a document, and a placeholder for what is none, are refused', async () => {
    const open = await refused([drain, { ...task, parameters: { PORT: 80, PASSWORD: 'hunter two' } }]);
    expect(paths(open)).toEqual(['documents.1.parameters.PASSWORD']);
    expect(JSON.stringify(open)).not.toContain('hunter two');
    const values = [{ task: 'Drain it', parameter: 'HOST', value: 'x' }];
    const plain = { ...drain, parameters: [{ name: 'HOST', type: 'string' }] };
    const placed = await refused([plain, { ...task, parameters: { HOST: stored } }], { secrets: values });
    expect(placed.errors).toEqual([
      { path: 'documents.1.parameters.HOST', message: 'is not a secret: give its value' },
    ]);
  });
});

describe('defaults', () => {
  const isDefault = async (name: string) => (await http.ok<Workflow>('GET', `workflows/${name}`)).isDefault;

  it('L-40 L-52 the default is exported, applied, given to another and given back to the built-in one', async () => {
    await apply([drain, task, { ...workflow, default: true }]);
    expect(await isDefault('Shop')).toBe(true);
    expect(await exported()).toContainEqual(expect.objectContaining({ name: 'Shop', default: true }));
    // Nothing said: it stays.
    expect(told(await apply([workflow]))).toEqual([]);
    expect(told(await apply([workflow, { ...workflow, name: 'Other', default: true }]))).toEqual([
      'changed Workflow Shop default',
      'created Workflow Other',
    ]);
    expect([await isDefault('Shop'), await isDefault('Other')]).toEqual([false, true]);
    await apply([{ ...workflow, name: 'Other', default: false }]);
    expect([await isDefault('Other'), await isDefault('Plain linux')]).toEqual([false, true]);
  });

  it('L-40 a default that moves to another operating system leaves its place to the built-in one', async () => {
    const plain = { kind: 'Workflow', name: 'Shop', default: true };
    await apply([{ ...plain, os: 'linux' }]);
    await apply([{ ...plain, os: 'aix' }]);
    expect([await isDefault('Shop'), await isDefault('Plain linux'), await isDefault('Plain aix')]).toEqual([
      true,
      true,
      false,
    ]);
    const two = await refused([
      { ...plain, os: 'linux' },
      { ...plain, name: 'Second', os: 'linux' },
    ]);
    expect(paths(two)).toEqual(['documents.1.default']);
  });
});

describe('round trip', () => {
  it('L-52 L-05 export, wipe, apply gives the same documents, pinned revisions included', async () => {
    await apply(all);
    for (const content of ['two', 'three', 'four']) await apply([{ ...drain, content }]);
    const pins = [2, 4].map((scriptRevision) => ({
      ...task,
      name: `Pinned ${scriptRevision}`,
      scriptRevision,
    }));
    await apply([...pins, { ...workflow, default: true }]);
    const before = await exported();
    expect(
      before.find((one): one is LibraryDocument & { kind: 'Script' } => one.kind === 'Script'),
    ).toMatchObject({
      content: 'four',
      revisions: [
        { revision: 2, content: 'two' },
        { revision: 4, content: 'four' },
      ],
    });
    await http.ok('POST', 'workflows/Plain linux/set-default');
    await apply([], { prune: true });
    expect(await exported()).toEqual([]);
    expect(told(await apply(before)).filter((one) => !one.startsWith('created'))).toEqual([]);
    expect(await exported()).toEqual(before);
    expect(await http.ok('GET', 'scripts/Drain')).toMatchObject({ revision: 4 });
    expect(await http.ok('GET', 'scripts/Drain/revisions/2')).toMatchObject({ content: 'two' });
    expect(told(await apply(before, { prune: true }))).toEqual([]);
  });

  it('L-05 L-52 pinned revisions are added to a script that lacks them, and never replaced', async () => {
    await apply([drain]);
    const body = { os: ['linux'], interpreter: 'sh', parameters: drain.parameters };
    const pinned = { ...drain, revisions: [{ ...body, revision: 3, content: 'three' }] };
    expect(told(await apply([pinned, { ...task, scriptRevision: 3 }]))).toEqual([
      'changed Script Drain revisions',
      'created Task Drain it',
    ]);
    // What the document itself says comes last.
    expect(await http.ok('GET', 'scripts/Drain')).toMatchObject({ revision: 4, content: drain.content });
    expect(told(await apply([pinned]))).toEqual([]);
    const another = await refused([{ ...drain, revisions: [{ ...body, revision: 3, content: 'other' }] }]);
    expect(paths(another)).toEqual(['documents.0.revisions.0.revision']);
    const wrong = await refused([
      {
        ...drain,
        name: 'New',
        revisions: [
          { ...body, revision: 2, content: ' ' },
          { ...body, revision: 2, content: 'a' },
        ],
      },
    ]);
    expect(paths(wrong)).toEqual(['documents.0.revisions.0.content', 'documents.0.revisions.1.revision']);
  });
});
