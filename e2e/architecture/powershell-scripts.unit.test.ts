import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Parser, Node as SyntaxNode } from '@vscode/tree-sitter-wasm';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scripts = globSync('packages/*/**/*.ps1', { cwd: root })
  .filter((path) => !path.includes('node_modules'))
  .map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);

const require = createRequire(import.meta.url);
const grammars = dirname(require.resolve('@vscode/tree-sitter-wasm'));
let parser: Parser;

beforeAll(async () => {
  const { Parser, Language } =
    require('@vscode/tree-sitter-wasm') as typeof import('@vscode/tree-sitter-wasm');
  await Parser.init({ locateFile: (file) => join(grammars, file) });
  parser = new Parser();
  parser.setLanguage(await Language.load(join(grammars, 'tree-sitter-powershell.wasm')));
});

/** The places that are not PowerShell, as `line:column`. */
function mistakes(script: string): string[] {
  const tree = parser.parse(script);
  const found: string[] = [];
  const look = (node: SyntaxNode): void => {
    if (!node.hasError) return;
    if (node.isError || node.isMissing) {
      found.push(`${node.startPosition.row + 1}:${node.startPosition.column + 1}`);
    } else {
      for (const child of node.children) if (child !== null) look(child);
    }
  };
  if (tree !== null) look(tree.rootNode);
  return found;
}

/** The text of a function that several scripts have. */
function functionText(script: string, name: string): string | undefined {
  return new RegExp(`^function ${name}.*?^}$`, 'ms').exec(script)?.[0];
}

// No script of PowerShell is run here: this is all that can be told without Windows.
describe('PowerShell scripts, which nothing here can run', () => {
  it('are there, and a mistake would be found', () => {
    expect(scripts.length).toBeGreaterThan(0);
    expect(mistakes('if ($a -eq 1) { exit 0 }')).toEqual([]);
    expect(mistakes('if ($a -eq 1 { exit 0 }')).not.toEqual([]);
    expect(mistakes("Write-Output 'open")).not.toEqual([]);
  });

  it.each(scripts)('%s is PowerShell by its grammar', (_, script) => {
    expect(mistakes(script)).toEqual([]);
  });

  it.each(scripts)(
    '%s begins strictly, ends with an exit code, and is ASCII with one kind of line end',
    (_, script) => {
      expect(script).toMatch(/^(?:# .*\n)+Set-StrictMode -Version 2\.0\n\$ErrorActionPreference = 'Stop'\n/);
      expect(script).toMatch(/\n(?:exit (?:\d|\$code)|if \(\$\w+\) \{ exit 0 \} else \{ exit 1 \})\n$/);
      // Windows PowerShell reads a file without a byte order mark as text of the local code page.
      expect(script).toMatch(/^[\n\x20-\x7e]*$/);
    },
  );

  it.each(scripts)('%s uses nothing that Windows PowerShell 5.1 does not know', (_, script) => {
    const code = script.replace(/^\s*#.*$/gm, '').replace(/'(?:[^'\n]|'')*'|"(?:[^"\n`]|`.|"")*"/g, "''");
    // && and ||, ?? and ?., the ternary operator, -Parallel, and what came with later versions.
    expect(code).not.toMatch(
      /&&|\|\||\?\?|\?\.|\s\?\s.*\s:\s|-Parallel\b|-AsHashtable|utf8NoBOM|Join-String|Get-Error\b/i,
    );
    // These would make of a line on a program's stderr an exception.
    expect(code).not.toMatch(/2>/);
    // Aliases differ between systems and versions.
    expect(code).not.toMatch(
      /(?:^|[|{;]\s*)(?:ls|dir|cat|echo|rm|del|cp|mv|curl|wget|kill|ps|gwmi|gci|select|where|sort|foreach\s+\{|%|\?)\s/m,
    );
  });

  it.each(['Publish-Fact', 'Stop-Script', 'Read-Number'])('have the function %s alike', (name) => {
    const texts = scripts
      .map(([, script]) => functionText(script, name))
      .filter((text) => text !== undefined);
    expect(texts.length).toBeGreaterThan(10);
    expect(new Set(texts).size).toBe(1);
  });
});
