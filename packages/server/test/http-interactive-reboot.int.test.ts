import type { LibraryApplied } from '@patchbay/contracts/library-document';
import type { Page } from '@patchbay/contracts/page';
import type { Task, TaskDraft } from '@patchbay/contracts/task';
import type { Workflow } from '@patchbay/contracts/workflow';
import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import { beforeAll, describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const builtIn = 'Interactive Reboot (Linux)';
const at = (name: string) => `tasks/${encodeURIComponent(name)}`;
const any = { 'if-match': '*' };
const show = (name: string): Promise<Task> => http.ok('GET', at(name));

/** A task as a request that replaces it has it. */
function draftOf(task: Task): TaskDraft {
  const { id: _, origin, createdAt, createdBy, updatedAt, updatedBy, usedBy, script, ...rest } = task;
  void [origin, createdAt, createdBy, updatedAt, updatedBy, usedBy];
  return { ...rest, script: script?.id ?? null };
}

beforeAll(() => http.storeLibrary());

describe('L-20 L-24 Interactive Reboot in the library', () => {
  it('L-20 is a built-in task of Linux and of Windows, found by "reboot", without a script', async () => {
    const { items } = await http.ok<Page<Task>>('GET', 'tasks?search=interactive%20reboot');
    expect(items.map(({ name, os, origin, category }) => [name, os, origin, category])).toEqual([
      ['Interactive Reboot (Linux)', 'linux', 'builtIn', 'Reboot'],
      ['Interactive Reboot (Windows)', 'windows', 'builtIn', 'Reboot'],
    ]);
    for (const { script, reboots, interactiveReboot } of items) {
      expect({ script, reboots, interactiveReboot }).toEqual({
        script: null,
        reboots: true,
        interactiveReboot: defaultRebootSettings,
      });
    }
  });

  it('L-24 its settings can be edited and nothing else; a new version of Patchbay keeps them', async () => {
    const before = draftOf(await show(builtIn));
    const settings = { notificationCount: 2, allowCancel: true };
    const edited = await http.ok<Task>('PUT', at(builtIn), { ...before, interactiveReboot: settings }, any);
    expect(edited.interactiveReboot).toEqual({ ...defaultRebootSettings, ...settings });
    expect(edited.origin).toBe('builtIn');
    for (const change of [
      { description: 'mine' },
      { name: 'Mine' },
      { timeoutMinutes: 16 },
      { os: 'windows' },
    ]) {
      const { problem } = await http.call('PUT', at(builtIn), {
        body: { ...before, ...change },
        headers: any,
      });
      expect(problem.code, JSON.stringify(change)).toBe('BUILT_IN');
    }
    const other = draftOf(await show('Simple Linux Reboot'));
    const { problem } = await http.call('PUT', at('Simple Linux Reboot'), { body: other, headers: any });
    expect(problem.code).toBe('BUILT_IN');
    await http.storeLibrary();
    expect((await show(builtIn)).interactiveReboot?.notificationCount).toBe(2);
  });

  it('L-24 settings that are not possible are refused, each with its field', async () => {
    const before = draftOf(await show(builtIn));
    const refused = async (interactiveReboot: object) => {
      const body = { ...before, interactiveReboot };
      const { problem } = await http.call('PUT', at(builtIn), { body, headers: any });
      return (problem.errors ?? []).map(({ path }) => path);
    };
    expect(await refused({ snoozeChoices: [] })).toEqual(['interactiveReboot.snoozeChoices']);
    expect(await refused({ notificationCount: -1 })).toEqual(['interactiveReboot.notificationCount']);
    expect(await refused({ logo: 'no base64!' })).toEqual(['interactiveReboot.logo']);
  });

  it('L-24 a copy of it is a personal task that can be edited whole', async () => {
    await http.ok('POST', `${at(builtIn)}/duplicate`, { name: 'Ask the shop' });
    const copy = await show('Ask the shop');
    expect(copy).toMatchObject({ origin: 'personal', reboots: true, script: null });
    const body = { ...draftOf(copy), description: 'For the shop', interactiveReboot: { company: 'Shop' } };
    const edited = await http.ok<Task>('PUT', at('Ask the shop'), body, any);
    expect(edited.description).toBe('For the shop');
    expect(edited.interactiveReboot).toEqual({ ...defaultRebootSettings, company: 'Shop' });
  });

  it('L-24 what a script has is refused, and so is a task with neither', async () => {
    const script = await http.task();
    const draft = { name: 'Half', os: 'linux', interactiveReboot: {} };
    const wrong = async (over: object) => {
      const { problem } = await http.call('POST', 'tasks', { body: { ...draft, ...over } });
      return (problem.errors ?? []).map(({ path }) => path);
    };
    expect(await wrong({ script })).toEqual(['script']);
    expect(await wrong({ os: 'aix' })).toEqual(['os']);
    expect(await wrong({ parameters: { HOST: 'x' }, runAs: 'root' })).toEqual(['parameters', 'runAs']);
    expect(await wrong({ interactiveReboot: null })).toEqual(['script']);
  });

  it('L-43 R-09 given a workflow, when it stands anywhere but last in post-patching, then saving is refused and names the step', async () => {
    const script = await http.task();
    const step = { task: builtIn };
    const save = (name: string, phases: object) =>
      http.call<Workflow>('POST', 'workflows', { body: { name, os: 'linux', ...phases } });
    for (const [phases, path] of [
      [{ prePatching: [step] }, 'prePatching.0.task'],
      [{ postPatching: [step, { task: script }] }, 'postPatching.0.task'],
      [{ afterReboot: [step] }, 'afterReboot.0.task'],
    ] as const) {
      const { problem } = await save('Wrong', phases);
      expect(problem.errors).toEqual([{ path, message: expect.stringContaining(builtIn) }]);
    }
    const saved = await save('Right', { postPatching: [{ task: script }, step] });
    expect(saved.status).toBe(201);
    expect(saved.body.postPatching.map(({ interactiveReboot }) => interactiveReboot)).toEqual([null, null]);
  });

  it('L-24 a step may set settings over those of the task, and only where they fit', async () => {
    const script = await http.task();
    const save = (name: string, postPatching: object[]) =>
      http.call<Workflow>('POST', 'workflows', { body: { name, os: 'linux', postPatching } });
    const saved = await save('Hurry', [{ task: builtIn, interactiveReboot: { notificationCount: 0 } }]);
    expect(saved.body.postPatching[0]?.interactiveReboot).toEqual({ notificationCount: 0 });
    const none = await save('None', [{ task: builtIn, interactiveReboot: { snoozeChoices: [] } }]);
    expect(none.problem.errors?.[0]?.path).toBe('postPatching.0.interactiveReboot.snoozeChoices');
    const other = await save('Other', [{ task: script, interactiveReboot: { notificationCount: 0 } }]);
    expect(other.problem.errors?.[0]?.path).toBe('postPatching.0.interactiveReboot');
  });

  it('L-52 is exported and applied, the edited settings of the built-in one too', async () => {
    const library = await http.ok<{ documents: { kind: string; name: string }[] }>('GET', 'library');
    const named = (name: string) => library.documents.find((document) => document.name === name);
    expect(named('Ask the shop')).toMatchObject({ interactiveReboot: { company: 'Shop' } });
    expect(named(builtIn)).toMatchObject({ interactiveReboot: { notificationCount: 2 } });
    expect(named('Interactive Reboot (Windows)')).toBeUndefined();
    const apply = (documents: object[], prune = false) =>
      http.call<LibraryApplied>('POST', 'library/apply', { body: { documents, prune } });
    expect((await apply(library.documents)).body).toMatchObject({ changes: [], others: [] });

    const others = library.documents.filter(({ name }) => name !== builtIn);
    await http.ok('POST', 'library/apply', { documents: others, prune: true });
    expect((await show(builtIn)).interactiveReboot).toEqual(defaultRebootSettings);
    expect((await apply(library.documents)).body.changes).toMatchObject([
      { name: builtIn, change: 'created' },
    ]);
    expect((await show(builtIn)).interactiveReboot?.notificationCount).toBe(2);
    const wrong = await apply([{ ...named(builtIn), description: 'mine' }]);
    expect(wrong.problem).toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('L-49 P-10 a run has the settings of task and step, frozen', async () => {
    await http.endpoints('linux', 'asked-1');
    await http.ok('PUT', at(builtIn), draftOf({ ...(await show(builtIn)) }), any);
    await http.ok('POST', 'task-runs', { task: builtIn, on: 'endpoint:asked-1' });
    const [work] = await http.column(
      `select works -> 'task' -> 'work' from snapshots order by id desc limit 1`,
    );
    expect(work).toMatchObject({
      kind: 'interactiveReboot',
      settings: { notificationCount: 2 },
      timeoutMs: 900_000,
    });
    const [kind] = await http.column(
      `select definition -> 'steps' -> 0 ->> 'kind' from snapshots order by id desc limit 1`,
    );
    expect(kind).toBe('interactiveReboot');
  });
});
