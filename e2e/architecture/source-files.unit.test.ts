import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const mostLines = 500;

function fileNameProblem(path: string): string | undefined {
  const names = path.replace(/(\.[a-z]+)+$/, '').split('/');
  const drawer = names.find((name) => /^(utils?|helpers?|common|misc|shared|lib|index)$/.test(name));
  if (drawer !== undefined) return `"${drawer}" says nothing of what is in it`;
  return names.every((name) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) ? undefined : 'is not in kebab-case';
}

function isBarrel(source: string): boolean {
  const { statements } = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ESNext);
  return (
    statements.length > 0 &&
    statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined)
  );
}

describe('source files', () => {
  const files = globSync('packages/*/src/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !path.includes('node_modules'))
    .map((path) => ({
      path,
      inPackage: path.split('/src/').slice(1).join('/src/'),
      source: readFileSync(join(root, path), 'utf8'),
    }));

  it('are seen', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('are named for what is in them', () => {
    const badly = files.map(({ path, inPackage }) => [path, fileNameProblem(inPackage)]);
    expect(badly.filter(([, problem]) => problem !== undefined)).toEqual([]);
  });

  it(`have at most ${mostLines} lines`, () => {
    const long = files.filter(({ source }) => source.split('\n').length - 1 > mostLines);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('are no barrels', () => {
    expect(files.filter(({ source }) => isBarrel(source)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the rules for source files can fail', () => {
  it.each(['run/index.ts', 'utils/time.ts', 'run/helpers.ts', 'common.ts', 'runState.ts'])(
    'refuses the name %s',
    (path) => {
      expect(fileNameProblem(path)).toBeDefined();
    },
  );

  it.each(['run/decide.ts', 'main.ts', 'db/migrations/0001-runs.ts', 'run/state.d.ts'])(
    'accepts %s',
    (path) => {
      expect(fileNameProblem(path)).toBeUndefined();
    },
  );

  it('tells a barrel from a module', () => {
    expect(isBarrel("export * from './a.ts';\nexport { b } from './b.ts';")).toBe(true);
    expect(isBarrel("export * from './a.ts';\nexport const b = 1;")).toBe(false);
  });
});
