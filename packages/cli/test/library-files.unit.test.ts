import { documentToFiles, libraryToFiles, markerFile } from '@patchbay/cli/library/document-files';
import { fileStems } from '@patchbay/cli/library/file-stems';
import { filesDiff } from '@patchbay/cli/library/text-diff';
import { type LibraryDocument, libraryDocument } from '@patchbay/contracts/library-document';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { documents, names } from './document-arbitrary.ts';

const script = libraryDocument.parse({
  kind: 'Script',
  name: 'Say hello',
  os: ['linux', 'aix'],
  interpreter: 'sh',
  content: 'echo "$PATCHBAY_WHO"\n',
  parameters: [{ name: 'WHO', type: 'string', default: 'you' }],
});

const textOf = (document: LibraryDocument, path: string) =>
  documentToFiles(document, 'stem').find((file) => file.path === path)?.text;

describe('names of files', () => {
  it('L-52 no two names have the same file, on any system, and the order of names does not matter', () => {
    fc.assert(
      fc.property(names, (all) => {
        const stems = fileStems(all);
        expect(new Set(stems.values()).size).toBe(all.length);
        for (const stem of stems.values()) {
          expect(stem).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,124}[a-z0-9])?$/);
          expect(stem).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)$/);
        }
        expect(fileStems(all.toReversed())).toEqual(stems);
      }),
    );
  });

  it('L-52 a name that nothing clashes with has a readable file', () => {
    const all = ['Zähle Plätze (Linux)', 'Drain!', 'Drain?', '日本語', 'CON'];
    expect([...fileStems(all).values()]).toEqual([
      'zahle-platze-linux',
      expect.stringMatching(/^drain-[0-9a-f]{8}$/),
      expect.stringMatching(/^drain-[0-9a-f]{8}$/),
      expect.stringMatching(/^[0-9a-f]{8}$/),
      expect.stringMatching(/^[0-9a-f]{8}$/),
    ]);
  });

  it('L-52 a name that looks like the file of a clashing one clashes with nothing', () => {
    const [first] = [...fileStems(['Drain!', 'Drain?']).values()];
    const stems = fileStems(['Drain!', 'Drain?', String(first)]);
    expect(new Set(stems.values()).size).toBe(3);
  });
});

describe('files of documents', () => {
  it('L-52 a script is a file of its own, and what schemas supply by themselves is left out', () => {
    expect(documentToFiles(script, 'say-hello')).toEqual([
      {
        path: 'scripts/say-hello.yaml',
        text: `kind: Script
name: Say hello
os:
  - linux
  - aix
interpreter: sh
contentFile: say-hello.sh
parameters:
  - name: WHO
    type: string
    default: you
`,
      },
      { path: 'scripts/say-hello.sh', text: 'echo "$PATCHBAY_WHO"\n' },
    ]);
  });

  it('L-52 every parameter has the same place, whatever the order in which it comes', () => {
    const task = (parameters: object) =>
      libraryDocument.parse({ kind: 'Task', name: 'T', os: 'linux', script: 'S', parameters });
    const text = textOf(task({ b: 1, a: { secret: 'stored' } }), 'tasks/stem.yaml');
    expect(text).toContain('parameters:\n  a:\n    secret: stored\n  b: 1\n');
    expect(textOf(task({ a: { secret: 'stored' }, b: 1 }), 'tasks/stem.yaml')).toBe(text);
  });

  it('L-52 the same library gives the same bytes, whatever the order of its things', () => {
    fc.assert(
      fc.property(documents, (all) => {
        const byPath = (list: readonly LibraryDocument[]) =>
          new Map(libraryToFiles(list).map(({ path, text }) => [path, text]));
        expect(byPath(all.toReversed())).toEqual(byPath(structuredClone(all)));
        expect(byPath(all).size).toBe(libraryToFiles(all).length);
      }),
    );
  });

  it('L-52 the marker is YAML', () => {
    expect(parse(markerFile.text)).toEqual({ kind: 'Library', format: 1 });
  });
});

describe('differences of files', () => {
  it('L-05 what differs is shown with its lines, the rest is not', () => {
    const changed = { ...script, content: 'echo "$PATCHBAY_WHO"\nexit 3\n' } as LibraryDocument;
    const diff = filesDiff(documentToFiles(script, 's'), documentToFiles(changed, 's'), ['server', 'folder']);
    expect(diff).toBe(
      [
        '--- server/scripts/s.sh',
        '+++ folder/scripts/s.sh',
        '@@ -1,1 +1,2 @@',
        ' echo "$PATCHBAY_WHO"',
        '+exit 3',
      ].join('\n'),
    );
    expect(filesDiff(documentToFiles(script, 's'), documentToFiles(script, 's'), ['a', 'b'])).toBe('');
  });
});
