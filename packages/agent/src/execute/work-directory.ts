import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, statSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, mkdtemp, open, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../error-code.ts';
import { maxFactsBytes } from './facts.ts';
import type { Account } from './run-as.ts';

const run = promisify(execFile);

/**
 * Makes the folder below which scripts work, empty: what a crashed agent left in it is removed. Scripts that run as
 * another user must be able to pass through to their own folder. Where the state directory lies below one that
 * others may not enter, the folder is in the system's temporary directory instead.
 */
export async function makeWorkRoot(preferred: string): Promise<string> {
  const isRoot = process.getuid?.() === 0;
  const path = isRoot && !othersMayEnter(dirname(preferred)) ? temporaryRoot(preferred) : preferred;
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to somebody else; remove it`);
  }
  await chmod(path, isRoot ? 0o711 : 0o700);
  await removeFolders((await readdir(path)).map((name) => join(path, name)));
  return path;
}

function temporaryRoot(preferred: string): string {
  const id = createHash('sha256').update(preferred).digest('hex').slice(0, 12);
  return join(tmpdir(), `patchbay-work-${id}`);
}

function othersMayEnter(path: string): boolean {
  const isOpen = (statSync(path).mode & constants.S_IXOTH) !== 0;
  return isOpen && (path === dirname(path) || othersMayEnter(dirname(path)));
}

/**
 * The folder of one script (E-07). Its upper level belongs to the agent, so that the script's user can neither
 * exchange the files in it nor have the agent read something else through them; `cwd` belongs to that user alone.
 */
export class WorkDirectory {
  /** Where the script runs: its own, empty, and removed afterwards. */
  readonly cwd: string;
  readonly script: string;
  readonly factsFile: string;
  /** The upper level, for files of the agent. */
  readonly path: string;
  readonly #account: Account;

  private constructor(path: string, scriptName: string, account: Account) {
    this.path = path;
    this.cwd = join(path, 'work');
    this.script = join(path, scriptName);
    this.factsFile = join(path, 'facts');
    this.#account = account;
  }

  static async create(
    root: string,
    options: { activity: string; account: Account; scriptName: string; content: string },
  ): Promise<WorkDirectory> {
    const path = await mkdtemp(join(root, `${options.activity}-`));
    const directory = new WorkDirectory(path, options.scriptName, options.account);
    try {
      await directory.#fill(options.content);
      return directory;
    } catch (error) {
      await directory.remove();
      throw error;
    }
  }

  async #fill(content: string): Promise<void> {
    await mkdir(this.cwd, { mode: 0o700 });
    await writeFile(this.script, content, { mode: 0o400, flag: 'wx' });
    await writeFile(this.factsFile, '', { mode: 0o600, flag: 'wx' });
    for (const own of [this.cwd, this.script, this.factsFile]) await this.giveToScript(own);
    if (this.#account.uid !== process.getuid?.()) await chmod(this.path, 0o711);
  }

  /** Makes a file in the upper level the script's user's. */
  async giveToScript(path: string): Promise<void> {
    const { uid, gid } = this.#account;
    if (uid !== process.getuid?.()) await chown(path, uid, gid);
  }

  /** What the script has published, at most a little over what is read; nothing when it has removed the file. */
  async readFacts(): Promise<Buffer> {
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(this.factsFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null);
    if (file === null) return Buffer.alloc(0);
    try {
      const buffer = Buffer.alloc((await file.stat()).isFile() ? maxFactsBytes + 1 : 0);
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = (await file.read(buffer, length, buffer.length - length)).bytesRead;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    await removeFolders([this.path]);
  }
}

/**
 * `rm` goes down by descriptors: a process that is left over cannot lead it elsewhere by exchanging a folder for a
 * link. What cannot be removed now (made immutable, a mount) stays until the agent's next start.
 */
async function removeFolders(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const remove = (): Promise<unknown> => run('rm', ['-rf', '--one-file-system', '--', ...paths]);
  try {
    await remove();
  } catch {
    if (process.getuid?.() === 0) return;
    // Without root's rights a folder that the script has closed must be opened first.
    await run('chmod', ['-R', 'u+rwX', '--', ...paths]).catch(() => {});
    await remove().catch(() => {});
  }
}
