import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DatabaseSetupError } from '../setup-error.ts';
import { messageOf } from '../system-error.ts';

/** The operating system's user that PostgreSQL's processes run as. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root: a user of ours, the distribution's, or the one every machine has. */
const preferredNames = ['patchbay', 'postgres', 'nobody'];

/** Picks the account for a server that runs as root, from the text of `/etc/passwd`. */
export function chooseAccount(passwd: string): Account | undefined {
  const entries = passwd.split('\n').map((line) => line.split(':'));
  for (const name of preferredNames) {
    const entry = entries.find((fields) => fields[0] === name);
    const uid = Number(entry?.[2]);
    const gid = Number(entry?.[3]);
    if (uid > 0 && gid > 0) return { name, uid, gid };
  }
  return undefined;
}

/** The account PostgreSQL is to run as: the server's own, or an unprivileged one when the server is root. */
export async function databaseAccount(): Promise<Account> {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (uid === undefined || gid === undefined) {
    throw new DatabaseSetupError('The embedded PostgreSQL needs Linux; set DATABASE_URL instead.');
  }
  if (uid !== 0) return { name: `uid ${uid}`, uid, gid };
  const account = chooseAccount(await readFile('/etc/passwd', 'utf8'));
  if (account === undefined) {
    throw new DatabaseSetupError(
      'PostgreSQL does not run as root, and none of the users patchbay, postgres and nobody exists: create one, or set DATABASE_URL.',
    );
  }
  return account;
}

/** Whether the account can enter the directory, asked of the kernel since modes and ACLs are only half of it. */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  try {
    await promisify(execFile)('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], {
      cwd: '/',
      env: {},
      uid: account.uid,
      gid: account.gid,
    });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return false;
    throw new DatabaseSetupError(
      `PostgreSQL does not run as root, and this process may not start programs as the user ${account.name}: ${messageOf(error)}. Run the server as an ordinary user, or set DATABASE_URL.`,
    );
  }
}
