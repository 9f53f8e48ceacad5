import type { Page } from '@patchbay/contracts/page';
import type { Task } from '@patchbay/contracts/task';
import type { Workflow, WorkflowSummary } from '@patchbay/contracts/workflow';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const anyVersion = { 'if-match': '*' };

describe('tasks', () => {
  it('L-20 L-22 a task has defaults for what is not said', async () => {
    await http.ok('POST', 'scripts', { name: 'Say', os: ['linux'], interpreter: 'sh', content: 'echo' });
    const made = await http.ok<Task>('POST', 'tasks', { name: 'Say it', os: 'linux', script: 'Say' });
    expect(made).toMatchObject({
      origin: 'personal',
      script: { name: 'Say' },
      scriptRevision: null,
      successExitCodes: [0],
      timeoutMinutes: 30,
      runAs: null,
      retries: { count: 0, delaySeconds: 60 },
      category: 'General',
      reboots: false,
      usedBy: [],
    });
  });

  it('L-21 a search by name finds the reboot tasks; OS, category and origin filter besides', async () => {
    await http.task({ name: 'Simple Reboot', category: 'Reboot', reboots: true });
    await http.task({ name: 'Windows reboot', os: 'windows', category: 'Reboot', reboots: true });
    await http.task({ name: 'Ping', category: 'Health Check' });
    const names = async (query: string) =>
      (await http.ok<Page<Task>>('GET', `tasks?${query}`)).items.map(({ name }) => name);
    expect(await names('search=rebOOt')).toEqual(['Simple Reboot', 'Windows reboot']);
    expect(await names('search=reboot&os=windows')).toEqual(['Windows reboot']);
    expect(await names('category=Health%20Check')).toEqual(['Ping']);
    expect(await names('origin=builtIn')).toEqual([]);
    expect(await names('search=%25')).toEqual([]);
  });

  it('L-22 a task can be pinned to a revision', async () => {
    await http.task({ name: 'Pinned', scriptRevision: 1 });
    const beyond = await http.call('POST', 'tasks', {
      body: { name: 'Beyond', os: 'linux', script: 'Pinned', scriptRevision: 7 },
    });
    expect(beyond.problem.errors).toEqual([
      { path: 'scriptRevision', message: 'the script "Pinned" has the revisions 1 to 1' },
    ]);
    const unknown = await http.call('POST', 'tasks', {
      body: { name: 'Lost', os: 'linux', script: 'Nowhere' },
    });
    expect(unknown.problem.errors).toEqual([{ path: 'script', message: 'there is no script "Nowhere"' }]);
  });

  it('L-03 S-06 a secret is stored sealed, never returned, kept by an edit, and copied by a duplicate', async () => {
    const secret = 'correct horse battery staple';
    await http.ok('POST', 'scripts', {
      name: 'Login',
      os: ['linux'],
      interpreter: 'sh',
      content: 'true',
      parameters: [
        { name: 'user', type: 'string' },
        { name: 'password', type: 'secret', required: true },
      ],
    });
    const draft = {
      name: 'Log in',
      os: 'linux',
      script: 'Login',
      parameters: { user: 'root', password: secret },
    };
    const made = await http.call<Task>('POST', 'tasks', { body: draft });
    expect(made.body.parameters).toEqual({ user: 'root', password: { secret: 'stored' } });
    const [stored] = (await http.column('select secrets from tasks where name = $1', 'Log in')) as [
      Record<string, string>,
    ];
    expect(stored.password).toMatch(/^v1\./);
    expect(http.context.sealer.open(String(stored.password), 'parameter')).toBe(secret);

    const edited = { ...draft, parameters: { user: 'admin', password: { secret: 'stored' } } };
    await http.ok('PUT', 'tasks/Log in', edited, anyVersion);
    expect(await http.column('select secrets from tasks where name = $1', 'Log in')).toEqual([stored]);
    await http.ok('POST', 'tasks/Log in/duplicate');
    expect(await http.column('select secrets from tasks where name = $1', 'Log in (copy)')).toEqual([stored]);
    const none = await http.call('POST', 'tasks', { body: { ...edited, name: 'Without' } });
    expect(none.problem.errors.map(({ path }) => path)).toEqual(['parameters.password']);
    const everywhere = await http.column(
      `select string_agg(t::text, '') from (select row_to_json(a) as t from audit a
       union all select row_to_json(k) from idempotency_keys k) as everything`,
    );
    expect(String(everywhere)).not.toContain(secret);
  });

  it('L-25 a task that a workflow uses cannot be deleted, and the refusal lists the workflows', async () => {
    const task = await http.task();
    await http.ok('POST', 'workflows', { name: 'Uses a task', os: 'linux', prePatching: [{ task }] });
    const { status, problem } = await http.call('DELETE', `tasks/${task}`);
    expect([status, problem.code]).toEqual([409, 'IN_USE']);
    expect(problem.detail).toContain('the workflow "Uses a task"');
    expect((await http.ok<Task>('GET', `tasks/${task}`)).usedBy).toMatchObject([{ name: 'Uses a task' }]);
  });

  it('L-23 L-43 L-44 a task cannot be changed into what its workflows may not hold', async () => {
    const task = await http.task();
    await http.ok('POST', 'workflows', { name: 'Holds it', os: 'linux', prePatching: [{ task }] });
    const change = async (over: object) =>
      (
        await http.call('PUT', `tasks/${task}`, {
          body: { name: task, os: 'linux', script: task, ...over },
          headers: anyVersion,
        })
      ).problem?.errors.map(({ message }) => message);
    expect(await change({ category: 'Internal Script' })).toEqual([
      `it is used by the workflow "Holds it", and there the task "${task}" is an internal script, which cannot be put into a workflow`,
    ]);
    expect((await change({ reboots: true }))?.[0]).toContain('last post-patching step');
  });
});

describe('workflows', () => {
  it('L-42 a workflow is stored with the steps of each phase in their order', async () => {
    const [drain, check, reboot] = [
      await http.task({ name: 'Drain it' }),
      await http.task({ name: 'Check it' }),
      await http.task({ name: 'Reboot it', category: 'Reboot', reboots: true }),
    ];
    const condition = { fact: 'rebootNeeded', value: 'true' };
    const made = await http.ok<Workflow>('POST', 'workflows', {
      name: 'Web servers',
      description: 'Behind the balancer',
      os: 'linux',
      control: { afterPreFailure: 'always' },
      prePatching: [{ task: drain, onFailure: 'continue' }, { task: check }],
      postPatching: [{ task: check }, { task: reboot, condition, timeoutMinutes: 5, retries: { count: 2 } }],
      afterReboot: [{ task: check }],
    });
    expect(made.prePatching.map(({ task, onFailure }) => [task.name, onFailure])).toEqual([
      ['Drain it', 'continue'],
      ['Check it', 'stop'],
    ]);
    expect(made.postPatching[1]).toMatchObject({
      condition: { fact: 'rebootNeeded', is: 'equal', value: 'true' },
      timeoutMinutes: 5,
      retries: { count: 2, delaySeconds: 60 },
    });
    expect(made.control).toEqual({
      afterPreFailure: 'always',
      afterPatchFailure: null,
      afterPostFailure: null,
    });
    expect(made).toMatchObject({ isDefault: false, active: false, origin: 'personal' });
    expect(await http.ok('GET', 'workflows/Web servers')).toEqual(made);
  });

  it('L-23 L-43 L-44 every step that may not stand where it stands is named', async () => {
    await http.task({ name: 'Hidden', category: 'Internal Script' });
    await http.task({ name: 'Reboot now', reboots: true });
    await http.task({ name: 'On Windows', os: 'windows' });
    const { status, problem } = await http.call('POST', 'workflows', {
      body: {
        name: 'All wrong',
        os: 'linux',
        prePatching: [{ task: 'Hidden' }, { task: 'Reboot now' }],
        postPatching: [{ task: 'Reboot now' }, { task: 'On Windows' }],
        afterReboot: [{ task: 'Nowhere' }],
      },
    });
    expect(status).toBe(400);
    expect(problem.errors.map(({ path }) => path)).toEqual([
      'prePatching.0.task',
      'prePatching.1.task',
      'postPatching.0.task',
      'postPatching.1.task',
      'afterReboot.0.task',
    ]);
    expect((await http.call('GET', 'workflows/All wrong')).status).toBe(404);
  });

  it('L-45 L-46 the list is searched by name only and says which is the default', async () => {
    await http.ok('POST', 'workflows', { name: 'Alpha', description: 'needle', os: 'aix' });
    await http.ok('POST', 'workflows', { name: 'Needle', os: 'aix' });
    await http.ok('POST', 'workflows/Alpha/set-default');
    const list = (query: string) => http.ok<Page<WorkflowSummary>>('GET', `workflows?${query}`);
    expect((await list('search=needle')).items.map(({ name }) => name)).toEqual(['Needle']);
    expect((await list('os=aix')).items.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Alpha', true],
      ['Needle', false],
    ]);
    await http.ok('POST', 'workflows/Needle/set-default');
    expect((await list('os=aix')).items.map(({ isDefault }) => isDefault)).toEqual([false, true]);
  });

  it('L-47 a duplicate has all steps, a new name, and is not a default', async () => {
    const task = await http.task();
    const prePatching = [{ task }, { task, onFailure: 'continue' }];
    await http.ok('POST', 'workflows', { name: 'Copied', os: 'linux', prePatching });
    await http.ok('POST', 'workflows/Copied/set-default');
    const copy = await http.ok<Workflow>('POST', 'workflows/Copied/duplicate');
    expect(copy).toMatchObject({ name: 'Copied (copy)', isDefault: false });
    expect(copy.prePatching.map(({ onFailure }) => onFailure)).toEqual(['stop', 'continue']);
    expect(await http.ok('GET', 'workflows/Copied')).toMatchObject({ isDefault: true });
  });

  it('L-48 the default of an operating system, and what a plan uses, cannot be deleted', async () => {
    await http.ok('POST', 'workflows', { name: 'Is default', os: 'solaris' });
    await http.ok('POST', 'workflows/Is default/set-default');
    const asDefault = await http.call('DELETE', 'workflows/Is default');
    expect(asDefault.status).toBe(409);
    expect(asDefault.problem.detail).toContain('it is the default of Solaris');
    await http.ok('POST', 'workflows', { name: 'In a plan', os: 'linux' });
    await http.ok('POST', 'plans', {
      name: 'Weekly',
      assignments: [{ endpoints: 'all', os: 'linux', workflow: 'In a plan' }],
    });
    const used = await http.call('DELETE', 'workflows/In a plan');
    expect(used.problem).toMatchObject({ code: 'IN_USE' });
    expect(used.problem.detail).toContain('the plan "Weekly"');
    const moved = await http.call('PUT', 'workflows/In a plan', {
      body: { name: 'In a plan', os: 'aix' },
      headers: anyVersion,
    });
    expect(moved.problem.errors[0]?.path).toBe('os');
    await http.ok('DELETE', 'plans/Weekly');
    expect((await http.call('DELETE', 'workflows/In a plan')).status).toBe(204);
  });
});
