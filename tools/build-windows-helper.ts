import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Builds `patchbay-helper.exe` with mingw-w64. The same sources and compiler give the same bytes, wherever. */

const root = join(import.meta.dirname, '..');
const sources = ['packages/windows-helper/helper.{rc,manifest}', 'packages/windows-helper/src/*.{c,h}'];
const dist = join(root, 'packages/windows-helper/dist');

const compiler = 'x86_64-w64-mingw32-gcc';
const resourceCompiler = 'x86_64-w64-mingw32-windres';
const flags = [
  '-std=gnu17',
  '-Os',
  '-s',
  '-municode',
  '-static',
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wstrict-prototypes',
  '-Werror',
  '-Wl,--no-insert-timestamp,--dynamicbase,--high-entropy-va,--nxcompat',
];
const libraries = ['wtsapi32', 'userenv', 'ole32', 'shell32', 'uuid', 'crypt32', 'advapi32'];

/** The helper built from the sources of this checkout; it is kept until they change. Throws without mingw-w64. */
export function windowsHelper(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  for (const file of sourceFiles()) hash.update(file).update(readFileSync(join(root, file)));
  const folder = join(dist, hash.digest('hex').slice(0, 12));
  const built = join(folder, 'patchbay-helper.exe');
  if (!existsSync(built)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = `${built}.${process.pid}`;
    buildWindowsHelper(unfinished);
    renameSync(unfinished, built);
  }
  return built;
}

/** Builds the helper into the file `target`. Throws with the compiler's words when that fails. */
export function buildWindowsHelper(target: string): void {
  const folder = mkdtempSync(`${target}-parts-`);
  try {
    const resource = join(folder, 'resource.o');
    run(resourceCompiler, ['-O', 'coff', 'packages/windows-helper/helper.rc', resource]);
    const objects = sourceFiles()
      .filter((file) => file.endsWith('.c'))
      .map((file, index) => {
        const object = join(folder, `${index}.o`);
        run(compiler, [...flags, '-c', file, '-o', object]);
        return object;
      });
    const linked = libraries.map((name) => `-l${name}`);
    run(compiler, [...flags, '-o', target, ...objects, resource, ...linked]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sourceFiles(): string[] {
  return globSync(sources, { cwd: root }).toSorted();
}

function run(command: string, args: readonly string[]): void {
  const env = { ...process.env, SOURCE_DATE_EPOCH: '0', LC_ALL: 'C' };
  const { status, stderr, error } = spawnSync(command, args, { cwd: root, env, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed:\n${stderr}`);
}

if (import.meta.main) console.log(windowsHelper());
