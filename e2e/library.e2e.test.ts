import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Library, type LibraryApplied, library } from '@patchbay/contracts/library-document';
import { script } from '@patchbay/contracts/script';
import { task } from '@patchbay/contracts/task';
import { type PatchbayServer, startPatchbayServer } from '@patchbay/testkit/patchbay-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const examples = join(import.meta.dirname, '../examples');
const directory = mkdtempSync(join(tmpdir(), 'patchbay-library-'));
let server: PatchbayServer;

beforeAll(async () => {
  server = await startPatchbayServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function patchbay(...args: string[]): Promise<Done> {
  const { code, stdout, stderr } = await server.patchbay(args);
  return { code, stdout, stderr };
}

/** Runs a command that must succeed, and returns what it wrote. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await patchbay(...args);
  if (code !== 0) throw new Error(`patchbay ${args.join(' ')}: ${code}\n${stdout}${stderr}`);
  return stdout;
}

const exported = async (): Promise<Library> => server.api.get('/library', library);
const applied = async (folder: string, ...options: string[]): Promise<LibraryApplied> =>
  JSON.parse(await done('apply', folder, '--json', ...options));

describe('the library in a folder', () => {
  const folder = join(directory, 'library');
  const file = (path: string) => join(folder, path);

  it('L-52 the examples are applied to a new installation, and applied again change nothing', async () => {
    cpSync(examples, folder, { recursive: true });
    const before = await patchbay('diff', folder);
    expect([before.code, before.stdout]).toEqual([
      1,
      expect.stringContaining('Not applied: 10 created, 0 changed, 0 deleted, 0 unchanged.'),
    ]);
    expect(await done('apply', folder)).toBe(
      [
        '+ script "Drain from the load balancer"',
        '+ script "Return to the load balancer"',
        '+ task "Drain the shop"',
        '+ task "Return the shop"',
        '+ task "The shop answers"',
        '+ workflow "Shop servers"',
        '+ group "Shop servers"',
        '+ window "Patch night of the shop"',
        '+ patch filter "Urgent security"',
        '+ plan "Shop, security only"',
        'Applied: 10 created, 0 changed, 0 deleted, 0 unchanged.',
        '',
      ].join('\n'),
    );
    expect(await done('apply', folder)).toBe('Applied: 0 created, 0 changed, 0 deleted, 10 unchanged.\n');
    expect(await done('diff', folder)).toBe('No difference.\n');
  });

  it('L-52 an export of what was applied changes no file but comments, and a second one none at all', async () => {
    expect(await done('export', folder)).toContain('1 files written, 0 removed.');
    expect(await done('export', folder)).toContain('0 files written, 0 removed.');
    expect(readFileSync(file('scripts/drain-from-the-load-balancer.sh'), 'utf8')).toBe(
      readFileSync(join(examples, 'scripts/drain-from-the-load-balancer.sh'), 'utf8'),
    );
  });

  it('L-52 a difference is shown as such, with exit code 1, and is gone once it is applied', async () => {
    const content = readFileSync(file('scripts/return-to-the-load-balancer.sh'), 'utf8');
    writeFileSync(file('scripts/return-to-the-load-balancer.sh'), content.replace('back', 'again'));
    writeFileSync(
      file('tasks/return-the-shop.yaml'),
      `${readFileSync(file('tasks/return-the-shop.yaml'), 'utf8')}reboots: false\nrunAs: shop\n`,
    );
    const diff = await patchbay('diff', folder);
    expect(diff).toEqual({
      code: 1,
      stderr: '',
      stdout: [
        '~ script "Return to the load balancer": content',
        '--- server/scripts/return-to-the-load-balancer.sh',
        `+++ ${folder}/scripts/return-to-the-load-balancer.sh`,
        '@@ -1,3 +1,3 @@',
        ' #!/bin/sh',
        ' rm -f /run/drain.me',
        "-echo 'back in service'",
        "+echo 'again in service'",
        '~ task "Return the shop": runAs',
        '--- server/tasks/return-the-shop.yaml',
        `+++ ${folder}/tasks/return-the-shop.yaml`,
        '@@ -3,4 +3,5 @@',
        ' os: linux',
        ' script: Return to the load balancer',
        ' timeoutMinutes: 1',
        '+runAs: shop',
        ' safeToRepeat: true',
        'Not applied: 0 created, 2 changed, 0 deleted, 8 unchanged.',
        '',
      ].join('\n'),
    });
    expect(await applied(folder)).toMatchObject({
      changes: [{ fields: ['content'] }, { fields: ['runAs'] }],
    });
    expect(await patchbay('diff', folder)).toMatchObject({ code: 0, stdout: 'No difference.\n' });
  });

  it('L-52 one bad file among good ones: nothing changes; file, line and reason are named, here or by the server', async () => {
    const before = await exported();
    const workflow = readFileSync(file('workflows/shop-servers.yaml'), 'utf8');
    const drain = readFileSync(file('tasks/drain-the-shop.yaml'), 'utf8');
    writeFileSync(file('tasks/drain-the-shop.yaml'), drain.replace('timeoutMinutes: 5', 'timeoutMinutes: 6'));
    writeFileSync(file('workflows/shop-servers.yaml'), workflow.replace('fact: rebootNeeded', 'fact: 7'));
    const here = await patchbay('apply', folder);
    expect(here.code).toBe(3);
    const [line] = [workflow.split('\n').findIndex((one) => one.includes('fact:')) + 1];
    expect(here.stderr).toContain(
      `${file('workflows/shop-servers.yaml')}:${line}: postPatching.3.condition.fact: `,
    );

    writeFileSync(
      file('workflows/shop-servers.yaml'),
      workflow.replace('task: Return the shop', 'task: Nowhere'),
    );
    for (const command of ['apply', 'diff']) {
      const { code, stderr } = await patchbay(command, folder);
      expect(code).toBe(3);
      const at = workflow.split('\n').findIndex((one) => one.includes('task: Return the shop')) + 1;
      expect(stderr).toContain(
        `${file('workflows/shop-servers.yaml')}:${at}: postPatching.1.task: there is no task "Nowhere"`,
      );
    }
    expect(await exported()).toEqual(before);
    writeFileSync(file('workflows/shop-servers.yaml'), workflow);
    writeFileSync(file('tasks/drain-the-shop.yaml'), drain);
  });

  it('L-52 L-03 L-05 export, wipe, apply gives the same library; secrets are named, and come from a file apart', async () => {
    writeFileSync(
      file('scripts/log-in.yaml'),
      'kind: Script\nname: Log in\nos: [linux]\ninterpreter: bash\ncontent: "true\\r\\n"\nparameters:\n  - { name: PASSWORD, type: secret, required: true }\n',
    );
    writeFileSync(
      file('tasks/log-in.yaml'),
      'kind: Task\nname: Log in\nos: linux\nscript: Log in\nscriptRevision: 1\nparameters:\n  PASSWORD: { secret: stored }\n',
    );
    const open = await patchbay('apply', folder);
    expect(open.code).toBe(3);
    expect(open.stderr).toContain(
      `${file('tasks/log-in.yaml')}:7: parameters.PASSWORD: no secret is stored yet: give its value`,
    );
    expect(open.stderr).toContain('--secrets-file');
    const secrets = join(directory, 'secrets.yaml');
    writeFileSync(secrets, 'tasks:\n  Log in:\n    PASSWORD: hunter two\n');
    await done('apply', folder, '--secrets-file', secrets);
    writeFileSync(
      file('scripts/log-in.yaml'),
      readFileSync(file('scripts/log-in.yaml'), 'utf8').replace('true', 'false'),
    );
    await done('apply', folder);
    await done('workflow', 'set-default', 'Shop servers');

    await done('export', folder);
    const before = await exported();
    expect(await done('diff', folder, '--prune')).toBe('No difference.\n');
    const all = readFileSync(file('tasks/log-in.yaml'), 'utf8');
    expect(all).toContain('PASSWORD:\n    secret: stored\n');

    const empty = join(directory, 'empty');
    mkdirSync(empty);
    cpSync(file('patchbay.yaml'), join(empty, 'patchbay.yaml'));
    const inUse = await patchbay('apply', empty, '--prune');
    expect([inUse.code, inUse.stderr]).toEqual([3, expect.stringContaining('it is the default of Linux')]);
    await done('workflow', 'set-default', 'Linux Patching');
    expect(await done('apply', empty, '--prune')).toContain('0 created, 0 changed, 12 deleted, 0 unchanged.');
    expect((await exported()).documents).toEqual([]);

    expect((await patchbay('apply', folder)).code).toBe(3);
    expect((await exported()).documents).toEqual([]);
    await done('apply', folder, '--secrets-file', secrets);
    expect(await exported()).toEqual(before);
    expect((await server.api.get('/tasks/Log in', task)).scriptRevision).toBe(1);
    expect((await server.api.get('/scripts/Log in', script)).revision).toBe(2);
    expect(await done('export', folder)).toContain('0 files written, 0 removed.');
    expect(await done('diff', folder, '--prune')).toBe('No difference.\n');
  });

  it('L-52 S-02 what must not be: a folder that is none, secrets among the files, a server that is not there', async () => {
    expect((await patchbay('apply', directory, '--prune')).stderr).toContain('patchbay.yaml is missing');
    expect((await patchbay('apply', join(directory, 'nowhere'))).code).toBe(2);
    const inside = await patchbay('apply', folder, '--secrets-file', file('patchbay.yaml'));
    expect([inside.code, inside.stderr]).toEqual([2, expect.stringContaining("in the library's folder")]);
    const away = await server.patchbay(['diff', folder], { env: { PATCHBAY_URL: 'http://127.0.0.1:9' } });
    expect(away.code).toBe(4);
  });
});

describe('one thing from the folder', () => {
  it('L-52 create -f and edit -f take a file of the folder, with the content beside it', async () => {
    const file = join(directory, 'alone');
    mkdirSync(file);
    writeFileSync(
      join(file, 'alone.yaml'),
      'kind: Script\nname: Alone\nos: [linux]\ninterpreter: sh\ncontentFile: alone.sh\n',
    );
    writeFileSync(join(file, 'alone.sh'), 'echo one\n');
    await done('script', 'create', '-f', join(file, 'alone.yaml'));
    writeFileSync(join(file, 'alone.sh'), '');
    const refused = await patchbay('script', 'edit', 'Alone', '-f', join(file, 'alone.yaml'));
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining('alone.yaml:5: contentFile: must not be empty'),
    ]);
    writeFileSync(join(file, 'alone.sh'), 'echo two\n');
    await done('script', 'edit', 'Alone', '-f', join(file, 'alone.yaml'));
    expect(await server.api.get('/scripts/Alone', script)).toMatchObject({
      content: 'echo two\n',
      revision: 2,
    });
  });

  it('L-05 revisions are listed, compared and restored', async () => {
    expect(
      (await done('script', 'revisions', 'Alone')).split('\n').map((line) => line.split('\t')[0]),
    ).toEqual(['2', '1', '']);
    const diff = await patchbay('script', 'diff', 'Alone', '1', '2');
    expect(diff.code).toBe(1);
    expect(diff.stdout).toContain('--- 1/scripts/script.sh\n+++ 2/scripts/script.sh\n');
    expect(diff.stdout).toContain('-echo one\n+echo two\n');
    expect(await done('script', 'restore', 'Alone', '1')).toBe(
      'Saved revision 1 of "Alone" as revision 3.\n',
    );
    expect(await done('script', 'diff', 'Alone', '1', '3')).toBe('No difference.\n');
    expect((await patchbay('script', 'restore', 'Alone', '9')).code).toBe(3);
    expect((await patchbay('script', 'diff', 'Alone', '1', 'two')).code).toBe(2);
  });
});
