import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

// Builds the console into packages/console/dist, unless what is there was built from the same sources.

const root = join(import.meta.dirname, '..');
const folder = join(root, 'packages/console');
const dist = join(folder, 'dist');
const mark = 'built-from';
const sources = [
  'packages/console/{index.html,package.json,vite.config.ts}',
  'packages/console/{src,public}/**/*.*',
  'packages/{contracts,domain}/src/**/*.ts',
  'package-lock.json',
  'tools/build-console.ts',
];

const wanted = contentHash();
if (wanted !== builtFrom()) build();

function contentHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(sources, { cwd: root }).toSorted()) {
    const content = createHash('sha256')
      .update(readFileSync(join(root, file)))
      .digest('hex');
    hash.update(`${file} ${content}\n`);
  }
  return hash.digest('hex');
}

function builtFrom(): string | null {
  try {
    return readFileSync(join(dist, mark), 'utf8');
  } catch {
    return null;
  }
}

/** Into a folder beside it first: whoever serves the console meanwhile finds the old one or the new one, whole. */
function build(): void {
  console.error('Building the console (once, and after its sources change) …');
  const fresh = `${dist}-${process.pid}`;
  const vite = ['build', folder, '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
  const { status, error } = spawnSync('vite', vite, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error !== undefined) throw error;
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.exit(status ?? 1);
  }
  for (const file of globSync('**/*.{js,css,svg}', { cwd: fresh })) {
    writeFileSync(join(fresh, `${file}.gz`), gzipSync(readFileSync(join(fresh, file)), { level: 9 }));
  }
  writeFileSync(join(fresh, mark), wanted);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}
