import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scripts = globSync('packages/*/**/*.sh', { cwd: root }).filter(
  (path) => !path.includes('node_modules'),
);

function shellcheck(shell: 'sh' | 'bash', args: readonly string[], input?: string): string {
  const { stdout, stderr } = spawnSync('shellcheck', ['-s', shell, ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

const isInstalled = spawnSync('shellcheck', ['--version']).status === 0;

describe('shell scripts', () => {
  it('are there', () => {
    expect(scripts.length).toBeGreaterThan(0);
  });

  it('pass shellcheck', ({ skip }) => {
    skip(!isInstalled, 'shellcheck is not installed');
    expect(shellcheck('sh', ['-'], 'echo $1\n')).toContain('SC2086');
    expect(shellcheck('sh', scripts)).toBe('');
    expect(shellcheck('bash', ['.ci/run'])).toBe('');
  });
});
