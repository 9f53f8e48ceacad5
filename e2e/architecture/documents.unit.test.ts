import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { libraryToFiles } from '@patchbay/cli/library/document-files';
import { readLibraryFolder } from '@patchbay/cli/library/read-folder';
import { errorCatalogue } from '@patchbay/contracts/errors';
import { libraryDocumentKinds } from '@patchbay/contracts/library-document';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the documents', () => {
  it('were found', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'docs/user-guide.md', 'docs/operations.md']),
    );
  });

  it.each(documents)('%s has no dead link', (file) => {
    const targets = [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map((match) => String(match[1]));
    expect(targets.filter((target) => !existsSync(join(root, dirname(file), target)))).toEqual([]);
  });

  it('README.md names only places that exist', () => {
    const places = [...read('README.md').matchAll(/`((?:packages|e2e|docs|bench|tools|examples)[^\s`*]*)`/g)];
    expect(places.length).toBeGreaterThan(5);
    expect(places.map((match) => String(match[1])).filter((place) => !existsSync(join(root, place)))).toEqual(
      [],
    );
  });

  it('S-07 docs/errors.md lists every code of the catalogue with its status, meaning and advice', () => {
    const rows = read('docs/errors.md').match(/^\| `.*$/gm);
    expect(rows).toEqual(
      Object.entries(errorCatalogue).map(
        ([code, { status, title, advice }]) => `| \`${code}\` | ${status} | ${title} | ${advice} |`,
      ),
    );
  });
});

describe('the examples', () => {
  it('L-52 are a library in which every file is valid', () => {
    const documents = readLibraryFolder(join(root, 'examples')).map(({ document }) => document);
    expect(new Set(documents.map(({ kind }) => kind))).toEqual(new Set(libraryDocumentKinds));
  });

  it('L-52 have the form that an export gives them, comments aside', () => {
    const documents = readLibraryFolder(join(root, 'examples')).map(({ document }) => document);
    for (const { path, text } of libraryToFiles(documents)) {
      expect(read(`examples/${path}`).replace(/^ +# .*\n/gm, ''), path).toBe(text);
    }
  });
});
