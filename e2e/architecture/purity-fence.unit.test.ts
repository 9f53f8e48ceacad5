import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const domain = join(import.meta.dirname, '../../packages/domain');
const canary = join(domain, 'test/fence.canary.ts');

function readSettings(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(join(domain, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  return ts.parseJsonConfigFileContent(config, ts.sys, domain);
}

function problemsInCanary(options: ts.CompilerOptions): string[] {
  const program = ts.createProgram([canary], options);
  return ts
    .getPreEmitDiagnostics(program)
    .map((found) => ts.flattenDiagnosticMessageText(found.messageText, ' '));
}

/** `new Date()` and `Date()` read the clock, and so does all of `Temporal.Now`; lint cannot tell `new Date(at)`. */
function clockReads(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
    if (isCall && node.expression.getText(file) === 'Date' && (node.arguments ?? []).length === 0) {
      found.push(node.getText(file));
    }
    if (ts.isPropertyAccessExpression(node) && node.getText(file) === 'Temporal.Now')
      found.push('Temporal.Now');
    ts.forEachChild(node, visit);
  };
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ESNext);
  visit(file);
  return found;
}

describe('the purity fence of packages/domain', () => {
  it('covers every source file and the canary', () => {
    const compiled = new Set(readSettings().fileNames);
    const onDisk = globSync('src/**/*.ts', { cwd: domain }).map((file) => join(domain, file));
    expect(onDisk.length).toBeGreaterThan(5);
    expect([...onDisk, canary].filter((file) => !compiled.has(file))).toEqual([]);
  });

  it('stands: nothing of the outside world exists inside', () => {
    expect(problemsInCanary(readSettings().options)).toEqual([]);
  });

  it.each([
    ['types of Node', { types: ['node'] }],
    ['the library of browsers', { lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'] }],
  ])('would be seen to fall with %s', (_, lifted) => {
    const problems = problemsInCanary({ ...readSettings().options, ...lifted });
    expect(problems).toContain("Unused '@ts-expect-error' directive.");
  });

  it('has no reading of the clock inside', () => {
    const guilty = globSync('src/**/*.ts', { cwd: domain }).flatMap((file) =>
      clockReads(readFileSync(join(domain, file), 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(guilty).toEqual([]);
  });

  it('tells a reading of the clock from a date made of data', () => {
    expect(
      clockReads(
        'a(new Date()); b(new Date); c(Date()); d(new Date(at)); e(Date.UTC(2026)); Temporal.Now.instant()',
      ),
    ).toEqual(['new Date()', 'new Date', 'Date()', 'Temporal.Now']);
  });
});
