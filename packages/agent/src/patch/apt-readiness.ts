import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { runTool } from '../execute/run-tool.ts';
import { dpkgDirectory, isInterrupted } from './dpkg-journal.ts';

const listsDirectory = '/var/lib/apt/lists';
const checkTimeoutMs = 60_000;
const dayMs = 24 * 3_600_000;
const staleDays = 7;

/** Whether dpkg's database is in order and free (E-10). Works without root. */
export async function packageManagerCheck(): Promise<ReadinessCheck> {
  const name = 'packageManager';
  if (isInterrupted()) {
    return {
      name,
      state: 'failed',
      message: 'dpkg was interrupted in the middle of an installation',
      action: 'Nothing, the next patch operation repairs it; or run: dpkg --configure -a',
    };
  }
  const audit = await runTool('dpkg', ['--audit'], { timeoutMs: checkTimeoutMs });
  const broken = auditedPackages(audit.stdout);
  if (audit.code !== 0 || broken.length > 0) {
    const which = broken.length > 0 ? broken.slice(0, 20).join(', ') : audit.stderr.trim();
    return {
      name,
      state: 'failed',
      message: clipText(`dpkg reports packages that are not installed properly: ${which}`, 1000),
      action: 'Run: dpkg --configure -a && apt-get --fix-broken install',
    };
  }
  const holder = lockHolder(join(dpkgDirectory, 'lock-frontend')) ?? lockHolder(join(dpkgDirectory, 'lock'));
  return holder === null
    ? { name, state: 'ok', message: 'dpkg reports no problems', action: null }
    : {
        name,
        state: 'warning',
        message: clipText(`dpkg reports no problems; ${holder} is using it at this moment`, 1000),
        action: 'Nothing: a patch operation waits for the lock.',
      };
}

/** The packages that `dpkg --audit` lists: the indented lines between its explanations. */
export function auditedPackages(output: string): string[] {
  return output.split('\n').flatMap((line) => /^ (\S+)/.exec(line)?.[1] ?? []);
}

/**
 * Whether there are package sources and package lists (E-10). `refreshProblems`: what the last refresh of this agent
 * said; null when there was none yet.
 */
export async function repositoriesCheck(
  now: Date,
  refreshProblems: readonly string[] | null,
): Promise<ReadinessCheck> {
  const name = 'repositories';
  // Says what a refresh would fetch, and fetches nothing.
  const targets = await runTool('apt-get', ['--print-uris', '-o', 'Debug::NoLocking=1', 'update'], {
    timeoutMs: checkTimeoutMs,
  });
  const sources = targets.stdout.split('\n').filter((line) => /\/InRelease' /.test(line)).length;
  if (refreshProblems !== null && refreshProblems.length > 0) {
    return {
      name,
      state: 'failed',
      message: clipText(`the last refresh of the package lists failed: ${refreshProblems.join('; ')}`, 1000),
      action: 'Repair the network or the package sources in /etc/apt, then scan again.',
    };
  }
  if (targets.code !== 0 || sources === 0) {
    return {
      name,
      state: 'failed',
      message: clipText(
        targets.code === 0 ? 'no package sources are configured' : targets.stderr.trim(),
        1000,
      ),
      action: 'Configure package sources in /etc/apt/sources.list or /etc/apt/sources.list.d.',
    };
  }
  const refreshedAt = newestTime([listsDirectory, join(listsDirectory, 'partial')]);
  const hasLists = readNames(listsDirectory).some((file) => /_(?:In)?Release$/.test(file));
  const days = refreshedAt === null ? Infinity : (now.getTime() - refreshedAt) / dayMs;
  return hasLists && days <= staleDays
    ? {
        name,
        state: 'ok',
        message: `${sources} package sources; lists last refreshed ${new Date(refreshedAt ?? 0).toISOString()}`,
        action: null,
      }
    : {
        name,
        state: 'warning',
        message: hasLists
          ? `the package lists are older than ${staleDays} days`
          : 'there are no package lists yet',
        action: 'Scan for patches; if the agent does not run as root, run apt-get update.',
      };
}

/**
 * Who holds a file lock, in words; null when nobody does. Read from the kernel's table: trying the lock would need root
 * and could make somebody else's attempt fail.
 */
function lockHolder(path: string): string | null {
  try {
    const { ino } = statSync(path);
    const pid = lockingProcess(readFileSync('/proc/locks', 'utf8'), ino);
    return pid === null ? null : `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`;
  } catch {
    return null;
  }
}

/** The process that holds a lock on the file with that inode, by the content of `/proc/locks`. */
export function lockingProcess(table: string, inode: number): number | null {
  for (const line of table.split('\n')) {
    const [, pid, locked] = /^\d+: POSIX +ADVISORY +WRITE +(\d+) [0-9a-f]+:[0-9a-f]+:(\d+) /.exec(line) ?? [];
    if (pid !== undefined && Number(locked) === inode) return Number(pid);
  }
  return null;
}

function readNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function newestTime(paths: readonly string[]): number | null {
  const times = paths.flatMap((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
