import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { NotStarted } from './not-started.ts';
import { findProgram } from './search-path.ts';

/** The account that a script runs under. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** What stands before the script's command to become this account; empty when the agent is it already. */
  readonly become: readonly string[];
}

const run = promisify(execFile);

/**
 * Resolves a task's run-as user (E-07); null means the user that the agent runs as.
 *
 * @throws NotStarted when there is no such user or the agent may not become it
 */
export async function resolveAccount(runAs: string | null): Promise<Account> {
  const own = ownAccount();
  if (runAs === null || runAs === own.name) return own;
  if (own.uid !== 0) {
    throw new NotStarted(
      `cannot run as ${runAs}: the agent runs as ${own.name} and only root may change the user`,
    );
  }
  const line = await ask('getent', ['passwd', runAs]);
  const [name, , uid, gid, , home] = line.split(':');
  if (name === undefined || !/^\d+$/.test(uid ?? '') || !/^\d+$/.test(gid ?? '')) {
    throw new NotStarted(`there is no user ${runAs} on this endpoint`);
  }
  const setpriv = findProgram('setpriv');
  if (setpriv === null)
    throw new NotStarted('cannot change the user: setpriv (package util-linux) is missing');
  const groups = (await ask('id', ['-G', '--', name])).split(' ').filter((group) => /^\d+$/.test(group));
  const become = [
    setpriv,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    `--groups=${(groups.length > 0 ? groups : [gid]).join(',')}`,
  ];
  return { name, uid: Number(uid), gid: Number(gid), home: home || '/', become: [...become, '--'] };
}

function ownAccount(): Account {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  try {
    const { username, homedir } = userInfo();
    return { name: username, uid, gid, home: homedir, become: [] };
  } catch {
    // In a container the user may have no entry in the user database.
    return { name: String(uid), uid, gid, home: '/', become: [] };
  }
}

/** The tool's answer, or an empty text when it has none. */
async function ask(tool: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(tool, args, { timeout: 30_000 })).stdout.trim();
  } catch {
    return '';
  }
}
