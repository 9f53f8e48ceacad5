import { parseCommand } from '@patchbay/cli/program';
import { group } from '@patchbay/contracts/group';
import { savedPatchFilter, savedPatchFilterSummary } from '@patchbay/contracts/patch-filter';
import { plan } from '@patchbay/contracts/plan';
import { script, scriptSummary } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { maintenanceWindowDetail } from '@patchbay/contracts/window';
import { workflow, workflowSummary } from '@patchbay/contracts/workflow';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { brokenFile } from './system/broken-file.ts';
import { hello, useCommandLine } from './system/command-line.ts';

const line = useCommandLine();
const { cli, done, file, json, refused, database } = line;

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

  it('P-02 patch filters are created, shown, edited, listed, and deleted unless a plan uses them', async () => {
    const urgent = 'kind: PatchFilter\nname: Urgent\nfilter: { classifications: [security] }\n';
    expect(await done('patch-filter', 'create', '-f', file('urgent.yaml', urgent))).toBe(
      'Created patch filter "Urgent".\n',
    );
    expect(await done('patch-filter', 'show', 'Urgent')).toMatch(
      /^classifications +security\nseverities +any\ntext *\nmatches +0 applicable patches on 0 endpoints$/m,
    );
    const edited = file('urgent.yaml', urgent.replace('] }', '], text: openssl }'));
    const saved = await json(savedPatchFilter, 'patch-filter', 'edit', 'Urgent', '-f', edited);
    expect(saved.filter).toEqual({ classifications: ['security'], severities: [], text: 'openssl' });
    const wrong = await refused(3, [
      'patch-filter',
      'edit',
      'Urgent',
      '-f',
      file('urgent.yaml', urgent.replace('security', 'urgent')),
    ]);
    expect(wrong).toContain('urgent.yaml:3: filter.classifications.0: ');
    expect(await done('patch-filter', 'list')).toContain('Urgent\t0\t0\tsecurity\tany\topenssl\t');
    const user = 'kind: Plan\nname: Soon\npatches: { choice: { which: filter, filter: urgent } }\n';
    await cli(['plan', 'create', '-f', file('soon.yaml', user)]);
    expect(await refused(3, ['patch-filter', 'delete', 'Urgent'])).toBe(
      'IN_USE: The patch filter "Urgent" cannot be deleted: it is used by the plan "Soon".\n' +
        'Remove the uses that are listed first.\n',
    );
    await done('plan', 'delete', 'Soon');
    expect(await done('patch-filter', 'delete', 'Urgent')).toBe('Deleted patch filter "Urgent".\n');
    expect(await json(z.array(savedPatchFilterSummary), 'patch-filter', 'list')).toEqual([]);
  });

  it('E-13 P-06 groups and windows are created, shown, edited, listed and deleted', async () => {
    const webs = 'kind: Group\nname: Webs\nrule: { fact: name, is: like, value: web-* }\n';
    const made = await cli(['group', 'create', '-f', file('webs.yaml', webs)]);
    expect(made).toEqual({
      code: 0,
      stdout: 'Created group "Webs".\n',
      stderr: 'Warning: No endpoint belongs to it now.\n',
    });
    expect(await done('group', 'show', 'Webs')).toMatch(/^rule +name is like web-\*$/m);
    const night = [
      'kind: Window\nname: Patch night\nendpoints: group:Webs\ndurationMinutes: 240',
      'recurrence: { rule: FREQ=MONTHLY;BYDAY=2TU, afterDays: 3, start: 2026-01-01, time: "22:00", timeZone: Europe/Berlin }\n',
    ].join('\n');
    const created = await cli(['window', 'create', '--json', '-f', file('night.yaml', night)]);
    expect(created.stderr).toBe('Warning: No endpoint belongs to the group "Webs" now.\n');
    const window = maintenanceWindowDetail.parse(JSON.parse(created.stdout));
    expect(window.inWords).toBe('second Tuesday of every month + 3 days, 22:00 Europe/Berlin');
    expect(await done('window', 'list')).toContain('Patch night\tgroup:Webs\t');
    const never = file('never.yaml', night.replace('2TU', '6TU'));
    const told = await cli(['window', 'edit', 'Patch night', '-f', never]);
    expect([told.code, told.stderr]).toEqual([
      3,
      expect.stringContaining('never comes: there is no such day'),
    ]);
    expect(told.stderr).toContain(`${never}:5`);
    const used = await cli(['group', 'delete', 'Webs']);
    expect([used.code, used.stderr]).toEqual([
      3,
      expect.stringContaining('it is used by the window "Patch night"'),
    ]);
    expect(await done('window', 'delete', 'Patch night')).toBe('Deleted window "Patch night".\n');
    const edited = file('webs2.yaml', webs.replace('web-*', 'www-*'));
    const saved = await cli(['group', 'edit', 'Webs', '--json', '-f', edited]);
    expect(group.parse(JSON.parse(saved.stdout)).inWords).toBe('name is like www-*');
    await done('group', 'delete', 'Webs');
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
      'kind: Plan\nname: Tuesday\nassignments: [{ endpoints: "tag:ring=test", os: linux, workflow: Polite }]\n',
    );
    const nobody = `Warning: ${path}:3: assignments: no endpoint matches any row at present\n`;
    const made = await cli(['plan', 'create', '-f', path, '--json']);
    expect([made.code, made.stderr]).toEqual([0, nobody]);
    expect(plan.parse(JSON.parse(made.stdout)).progress.status).toBe('readyToActivate');
    expect(await done('plan', 'show', 'Tuesday')).toMatch(/^row 1 +tag:ring=test \(linux\): Polite$/m);
    expect(await cli(['plan', 'edit', 'Tuesday', '-f', path])).toEqual({
      code: 0,
      stdout: 'Saved plan "Tuesday".\n',
      stderr: nobody,
    });
    expect(await json(z.array(plan), 'plan', 'list')).toMatchObject([{ name: 'Tuesday' }]);
    await cli(['plan', 'create', '-f', file('p.yaml', 'kind: Plan\nname: Wednesday\n')]);
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
    await fc.assert(
      fc.asyncProperty(brokenFile, async ({ noun, content }) => {
        const before = await things();
        const { code, stderr } = await inProcess([noun, 'create', '-f', file('fuzz', content)]);
        expect([0, 3], stderr).toContain(code);
        expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
        expect(await things()).toBe(code === 0 ? before + 1 : before);
        expect(stderr).toMatch(code === 0 ? /^(?:(?:Warning|Incomplete): .+\n)*$/ : /^[A-Z_]+: /);
        // What was right makes room for the next of its name.
        await database.pool.query(
          `delete from ${noun.replace('-', '_')}s where lower(name) = 'fuzz' and $1`,
          [code === 0],
        );
      }),
      { numRuns: 200 },
    );
    expect((await fetch(`${line.server.url}/readyz`)).status).toBe(200);
  });

  /** Runs a command inside this process, which is much quicker. */
  async function inProcess(args: readonly string[]): Promise<{ code: number; stderr: string }> {
    let stderr = '';
    vi.stubEnv('PATCHBAY_URL', line.server.url);
    vi.stubEnv('PATCHBAY_TOKEN', line.token);
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
              (select count(*) from workflows) + (select count(*) from groups) +
              (select count(*) from windows) + (select count(*) from patch_filters) + (select count(*) from plans) as count`,
    );
    return Number(rows[0]?.count);
  }
});
