import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scripts = globSync(['packages/*/**/*.sh', 'examples/**/*.sh'], { cwd: root }).filter(
  (path) => !path.includes('node_modules'),
);

function shellcheck(shell: 'sh' | 'ksh' | 'bash', args: readonly string[], input?: string): string {
  const { stdout, stderr } = spawnSync('shellcheck', ['-s', shell, ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const ofKornShell = scripts.filter((path) => /\/library\/(?:aix|solaris)\//.test(path));

/** What only GNU's and Linux's commands know, and functions named as a Korn shell's own aliases. */
const notOfUnix = [
  /\b(?:mktemp|readlink|realpath|timeout|stat|setsid|pgrep|getent|seq|tac|shuf)\s/,
  /\bdate (?:-d|.*\+%s)/,
  /\bfind .* -(?:mindepth|maxdepth|printf|mmin|delete|quit|regex)\b/,
  /\bsed -[Eri]/,
  /\bsort -[VhR]/,
  /\bgrep -[a-zA-Z]*[PozR]/,
  /\bhead -c|\bxargs -[rd]|\bcp -a|\bps aux|\bdf -[hT]|\bdu -[hb]|\bls --|\btar -?[a-z]*[zjJ]/,
  /^\s*(?:stop|type|integer|functions|history|hash|autoload|suspend|r)\(\)/,
];

/** Of shellcheck for all scripts, on a busy machine; in milliseconds. */
const limit = 120_000;
const isInstalled = spawnSync('shellcheck', ['--version']).status === 0;

describe('shell scripts', () => {
  it('are there', () => {
    expect(scripts.length).toBeGreaterThan(0);
  });

  it('pass shellcheck', { timeout: limit }, ({ skip }) => {
    skip(!isInstalled, 'shellcheck is not installed');
    expect(shellcheck('sh', ['-'], 'echo $1\n')).toContain('SC2086');
    expect(shellcheck('sh', scripts)).toBe('');
    expect(shellcheck('bash', ['.ci/run'])).toBe('');
  });

  it('for AIX and Solaris pass shellcheck as scripts of the Korn shell, too', { timeout: limit }, ({
    skip,
  }) => {
    skip(!isInstalled, 'shellcheck is not installed');
    expect(ofKornShell.length).toBeGreaterThan(0);
    // That the Korn shell has more to offer is no mistake.
    expect(shellcheck('ksh', ['--severity=warning', ...ofKornShell])).toBe('');
  });

  it.each(ofKornShell)('%s uses nothing that only Linux has', (path) => {
    const code = readFileSync(join(root, path), 'utf8').replace(/^\s*#.*$/gm, '');
    expect(code.split('\n').filter((line) => notOfUnix.some((pattern) => pattern.test(line)))).toEqual([]);
  });
});
