import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const COMMANDS = ['systemd-nspawn', 'mmdebstrap', 'dpkg-deb', 'unshare', 'nsenter', 'flock'];

export type LabAvailability = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether endpoints can be booted here; if not, the reason in a few words, for the name of the skipped test. */
export function labAvailable(): LabAvailability {
  const reason = reasonAgainst();
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

function reasonAgainst(): string | undefined {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version')) return 'this is not Debian';
  if (process.geteuid?.() !== 0) return 'needs root';
  if (Number.parseInt(process.versions.node, 10) < 24) return 'needs Node 24';
  const missing = COMMANDS.filter((command) => !onPath(command));
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  if (debianSources().length === 0) return 'no apt sources for this Debian release';
  const mount = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup && test -e /sys/fs/cgroup/cgroup.controllers';
  if (spawnSync('unshare', ['--mount', 'sh', '-c', mount]).status !== 0)
    return 'not allowed to mount cgroup2';
  return undefined;
}

/** The code name of this machine's Debian release, such as `bookworm`. */
export function debianCodename(): string {
  const codename = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  if (codename === undefined) throw new Error('/etc/os-release names no release');
  return codename;
}

/** Those files below /etc/apt that list package sources of this machine's release. */
export function debianSources(): string[] {
  const codename = debianCodename();
  const parts = '/etc/apt/sources.list.d';
  const files = existsSync(parts) ? readdirSync(parts).map((name) => path.join(parts, name)) : [];
  return ['/etc/apt/sources.list', ...files]
    .filter((file) => /\.(list|sources)$/.test(file) && existsSync(file))
    .filter((file) => new RegExp(`^[^#]*\\s${codename}\\s`, 'm').test(readFileSync(file, 'utf8')))
    .sort();
}

function onPath(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((directory) => {
    try {
      accessSync(path.join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
