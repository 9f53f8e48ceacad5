import { createHash, randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lchown, link, lstat, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSetupError } from '../setup-error.ts';
import { hasCode } from '../system-error.ts';
import { type Account, canEnter, databaseAccount } from './account.ts';
import { syncDirectory } from './sync-directory.ts';

/** Where everything of one embedded PostgreSQL lives; all paths absolute. */
export type Home = {
  readonly account: Account;
  readonly directory: string;
  readonly clusterDirectory: string;
  readonly socketDirectory: string;
  readonly passwordFile: string;
  readonly lockFile: string;
  readonly logFile: string;
  /** Unique to this home on this machine; PostgreSQL's processes carry it in their titles. */
  readonly clusterName: string;
};

/** Only the socket's name has a port here: nothing listens on TCP. */
export const socketPort = 5432;

const locationFile = 'postgres-location';
/** initdb puts its own path between double quotes on a shell's command line. */
const unusableInShell = /["'$`\\\r\n]/;
const longestSocketPath = 107;

/**
 * Finds or makes the home of the data directory's PostgreSQL: `postgres` below the data directory. When the
 * server is root and the database's account cannot enter the data directory, a directory of its own below
 * `/var/lib`, whose path the data directory then keeps in the file `postgres-location`.
 */
export async function openHome(dataDir: string): Promise<Home> {
  const isRoot = process.geteuid?.() === 0;
  await mkdir(dataDir, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  const directory = await placeHome(await realpath(dataDir), isRoot);
  if (unusableInShell.test(directory)) {
    throw new DatabaseSetupError(
      `The path of the data directory must not contain quotes, $, \`, \\ or line ends, which PostgreSQL's initdb does not bear: ${directory}`,
    );
  }
  await mkdirIfMissing(directory, 0o711);
  await requireOwner(directory, process.geteuid?.() ?? 0);
  const clusterDirectory = join(directory, 'cluster');
  const account = (await ownerOf(clusterDirectory)) ?? (await databaseAccount());
  if (isRoot && !(await canEnter(account, directory))) {
    throw new DatabaseSetupError(
      `The user ${account.name}, as whom PostgreSQL runs, can no longer enter ${directory}: give it execute permission on every directory of that path, or move ${directory} elsewhere and write its new path to ${join(dataDir, locationFile)}.`,
    );
  }
  const id = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  return {
    account,
    directory,
    clusterDirectory,
    socketDirectory: await openSocketDirectory(directory, id, account),
    passwordFile: join(directory, 'password'),
    lockFile: join(directory, 'lock'),
    logFile: join(directory, 'postgres.log'),
    clusterName: `patchbay-${id}`,
  };
}

async function placeHome(dataDir: string, isRoot: boolean): Promise<string> {
  const pointer = join(dataDir, locationFile);
  const inside = join(dataDir, 'postgres');
  const elsewhere = await readIfPresent(pointer);
  if (elsewhere !== undefined) return elsewhere;
  if (!isRoot || (await lstatIfPresent(inside)) || (await canEnter(await databaseAccount(), dataDir))) {
    return inside;
  }
  // Not derived from the path: a data directory that was deleted and made anew must start with an empty database.
  const chosen = join('/var/lib', `patchbay-${randomBytes(6).toString('hex')}`);
  await writeOnce(pointer, `${chosen}\n`);
  return (await readIfPresent(pointer)) ?? chosen;
}

/** Of two servers that write at once the first wins, and no reader sees half a text. */
async function writeOnce(file: string, text: string): Promise<void> {
  const own = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(own, text, { mode: 0o600, flush: true });
  try {
    await link(own, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(own);
  }
  await syncDirectory(dirname(file));
}

/** An existing cluster stays with its account, whichever users the machine has since got. */
async function ownerOf(directory: string): Promise<Account | undefined> {
  const found = await lstatIfPresent(directory);
  return found === undefined ? undefined : { name: `uid ${found.uid}`, uid: found.uid, gid: found.gid };
}

async function openSocketDirectory(home: string, id: string, account: Account): Promise<string> {
  const inside = join(home, 'socket');
  const fits = Buffer.byteLength(join(inside, `.s.PGSQL.${socketPort}`)) <= longestSocketPath;
  const directory = fits ? inside : join('/tmp', `patchbay-${id}`);
  await makePrivateDirectory(directory, account);
  return directory;
}

/**
 * Makes the directory for the account alone, or checks that it is: in `/tmp` anybody could have put
 * something of that name.
 */
async function makePrivateDirectory(directory: string, account: Account): Promise<void> {
  await mkdirIfMissing(directory, 0o700);
  // Only a directory of the server's own: just made, or left by a server that was killed right here.
  const { uid } = await lstat(directory);
  if (uid === process.geteuid?.()) await lchown(directory, account.uid, account.gid);
  await requireOwner(directory, account.uid);
}

async function requireOwner(directory: string, uid: number): Promise<void> {
  const found = await lstat(directory);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new DatabaseSetupError(
      `${directory} must be a directory that belongs to uid ${uid} and that nobody else can write to (it belongs to uid ${found.uid}). Run the server as the user who created it, or use another data directory.`,
    );
  }
}

/** The mode holds whatever the umask is; an existing directory is left as it is. */
async function mkdirIfMissing(directory: string, mode: number): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return;
    throw error;
  }
  await chmod(directory, mode);
}

async function lstatIfPresent(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
