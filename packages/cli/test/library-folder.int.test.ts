import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CommandError, exitCode } from '@patchbay/cli/exit-code';
import { libraryToFiles, markerFile } from '@patchbay/cli/library/document-files';
import { readLibraryFolder } from '@patchbay/cli/library/read-folder';
import { readSecrets } from '@patchbay/cli/library/secrets-file';
import { writeLibraryFolder } from '@patchbay/cli/library/write-folder';
import { type LibraryDocument, libraryDocument } from '@patchbay/contracts/library-document';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documents } from './document-arbitrary.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchbay-library-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function write(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const script = (name: string, content = 'true\n') =>
  libraryDocument.parse({ kind: 'Script', name, os: ['linux'], interpreter: 'sh', content });
const task = libraryDocument.parse({ kind: 'Task', name: 'Run it', os: 'linux', script: 'A' });

const writeAll = (...all: LibraryDocument[]) => writeLibraryFolder(folder, libraryToFiles(all));
const readAll = () => readLibraryFolder(folder).map(({ document }) => document);

/** What something is refused with, without the path of the folder. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return `${error.exitCode} ${error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'DIR')}`;
  }
  throw new Error('it was accepted');
}

/** The exit code that something ends a command with. */
function exitOf(work: () => unknown): number {
  try {
    work();
    return 0;
  } catch (error) {
    if (error instanceof CommandError) return error.exitCode;
    throw error;
  }
}

describe('a folder of a library', () => {
  it('L-52 what is written is read again as it was, byte for byte, and a second export writes nothing', () => {
    fc.assert(
      fc.property(documents, (all) => {
        rmSync(folder, { recursive: true });
        writeAll(...all);
        const byName = (list: readonly LibraryDocument[]) =>
          new Map(list.map((document) => [`${document.kind} ${document.name}`, document]));
        expect(byName(readAll())).toEqual(byName(all));
        expect(writeAll(...readAll())).toEqual({ written: [], removed: [] });
      }),
      { numRuns: 60 },
    );
  });

  it('L-52 a second export removes what is gone and touches nothing else', () => {
    const first = writeAll(script('A'), script('B'), task);
    expect(first.written).toEqual([
      'patchbay.yaml',
      'scripts/a.yaml',
      'scripts/a.sh',
      'scripts/b.yaml',
      'scripts/b.sh',
      'tasks/run-it.yaml',
    ]);
    write('README.md', 'Ours');
    write('scripts/README.md', 'Ours');
    write('scripts/notes.sh', 'echo not of the library');
    write('tasks/broken.yaml', 'kind: [');
    write('.github/workflows/ci.yaml', 'on: push');
    expect(writeAll(script('A', 'false\n'), task)).toEqual({
      written: ['scripts/a.sh'],
      removed: ['scripts/b.sh', 'scripts/b.yaml'],
    });
    for (const path of ['README.md', 'scripts/README.md', 'scripts/notes.sh', 'tasks/broken.yaml']) {
      expect(existsSync(join(folder, path)), path).toBe(true);
    }
  });

  it('L-52 files of other people are never overwritten: nothing is written', () => {
    write('scripts/a.sh', 'mine');
    write('tasks/run-it.yaml', 'kind: Pod');
    expect(refusal(() => writeAll(script('A'), task))).toBe(
      '3 nothing was written, for these files are in the way and are no valid files of a library:\n' +
        '  scripts/a.sh\n  tasks/run-it.yaml',
    );
    expect(existsSync(join(folder, 'patchbay.yaml'))).toBe(false);
    expect(readFileSync(join(folder, 'scripts/a.sh'), 'utf8')).toBe('mine');
  });

  it('L-52 S-07 neither links nor names lead out of the folder', () => {
    const outside = join(folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'hunter two');
    const library = join(folder, 'library');
    mkdirSync(join(library, 'scripts'), { recursive: true });
    writeFileSync(join(library, markerFile.path), markerFile.text);
    const yaml = (contentFile: string) =>
      `kind: Script\nname: A\nos: [linux]\ninterpreter: sh\ncontentFile: ${JSON.stringify(contentFile)}\n`;
    const file = join(library, 'scripts/a.yaml');
    for (const name of [
      '../../outside/secret',
      '/etc/passwd',
      '..',
      '.git',
      'C:secret',
      'a\\b',
      'a.yaml',
      '',
    ]) {
      writeFileSync(file, yaml(name));
      expect(
        refusal(() => readLibraryFolder(library)),
        name,
      ).toContain('library/scripts/a.yaml:5: contentFile: must be the name of a file in the same folder');
      expect(writeLibraryFolder.bind(null, library, libraryToFiles([script('A')])), name).toThrow(
        'in the way',
      );
    }
    symlinkSync(join(outside, 'secret'), join(library, 'scripts/a.sh'));
    writeFileSync(file, yaml('a.sh'));
    expect(refusal(() => readLibraryFolder(library))).toContain(
      'contentFile: library/scripts/a.sh: it is not a regular file',
    );
    expect(() => writeLibraryFolder(library, libraryToFiles([script('A')]))).toThrow('scripts/a.sh');
    rmSync(join(library, 'scripts'), { recursive: true });
    symlinkSync(outside, join(library, 'scripts'));
    expect(refusal(() => readLibraryFolder(library))).toContain('library/scripts: it is not a folder');
    expect(() => writeLibraryFolder(library, libraryToFiles([script('A')]))).toThrow('it is not a folder');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('hunter two');
  });

  it('L-52 every bad file is named with line and reason at once', () => {
    writeAll(script('A'), task);
    write('tasks/run-it.yaml', 'kind: Task\nname: Run it\nos: linus\nscript: A\ncolour: red\n');
    write('tasks/zwei.yml', 'kind: Script\n');
    write('scripts/a.sh', 'echo \0');
    write(
      'scripts/b.yaml',
      'kind: Script\nname: B\nos: [linux]\ninterpreter: sh\ncontentFile: b.sh\ncontent: x\n',
    );
    write('scripts/c.yaml', 'kind: Script\nname: C\nos: [linux]\ninterpreter: sh\ncontentFile: c.sh\n');
    write('scripts/d.yaml', 'kind: Script\nname: D\nos: [linux]\ninterpreter: sh\n');
    write('scripts/e.yaml', new Uint8Array([0x6b, 0xff]));
    const lines = refusal(readAll).split('\n');
    expect(lines).toEqual([
      '3 INVALID_INPUT: DIR is not valid:',
      '  scripts/a.yaml:6: contentFile: a.sh contains characters that are not valid text (NUL or broken UTF-8)',
      '  scripts/b.yaml:5: contentFile: either this or "content" says what the script runs',
      expect.stringMatching(/^ {2}scripts\/c\.yaml:5: contentFile: scripts\/c\.sh cannot be read: ENOENT/),
      '  scripts/d.yaml:1: contentFile: either this or "content" says what the script runs',
      '  scripts/e.yaml: it is not UTF-8 text',
      expect.stringMatching(/^ {2}tasks\/run-it\.yaml:3: os: must be one of: /),
      '  tasks/run-it.yaml:5: colour: there is no such field',
      '  tasks/zwei.yml:1: kind: must be "Task", and this is a Script',
    ]);
  });

  it('L-52 a folder without its mark, or with one of another time, is none', () => {
    expect(refusal(() => readLibraryFolder(join(folder, 'nowhere')))).toBe('2 there is no folder nowhere');
    expect(refusal(readAll)).toContain('patchbay.yaml is missing');
    write('patchbay.yaml', 'kind: Library\nformat: 2\n');
    expect(refusal(readAll)).toContain('patchbay.yaml:2: format: ');
    expect(refusal(() => writeAll(task))).toContain('patchbay.yaml:2: format: ');
  });

  it('L-52 S-07 given any folder, then it is read or refused with its files, and nothing else', () => {
    const path = fc.oneof(
      fc.constantFrom('patchbay.yaml', 'scripts/a.yaml', 'scripts/a.sh', 'tasks/run-it.yaml', 'plans/p.yml'),
    );
    const spoilt = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.constantFrom('', '---\n', 'kind: Task\n', 'kind: Plan\nname: &a [*a]\n', '{'.repeat(5000)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(path, spoilt), { minLength: 1, maxLength: 3 }), (changes) => {
        rmSync(folder, { recursive: true });
        writeAll(script('A'), task);
        for (const [one, text] of changes) write(one, text);
        for (const work of [readAll, () => writeAll(script('A'), script('B'))]) {
          expect([0, exitCode.refused]).toContain(exitOf(work));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('the file of secrets', () => {
  it('L-03 values are read by task and parameter, from outside of the folder only', () => {
    const library = join(folder, 'library');
    mkdirSync(library);
    const secrets = 'tasks:\n  Log in:\n    PASSWORD: hunter two\n';
    write('secrets.yaml', secrets);
    expect(readSecrets(undefined, library)).toEqual([]);
    expect(readSecrets(join(folder, 'secrets.yaml'), library)).toEqual([
      { task: 'Log in', parameter: 'PASSWORD', value: 'hunter two' },
    ]);
    write('library/secrets.yaml', secrets);
    expect(refusal(() => readSecrets(join(library, 'secrets.yaml'), library))).toContain(
      "in the library's folder",
    );
    write('secrets.yaml', 'tasks:\n  Log in:\n    PIN: 4711\n');
    const wrong = refusal(() => readSecrets(join(folder, 'secrets.yaml'), library));
    expect(wrong).toContain('secrets.yaml:3: tasks.Log in.PIN: ');
    expect(wrong).not.toContain('4711');
  });
});
