import { readFile, readlink } from 'node:fs/promises';
import { hostname, machine, release, uptime } from 'node:os';
import type { Inventory } from '@patchbay/contracts/inventory';
import { agentVersion } from '../agent-version.ts';
import { clipText } from '../clip-text.ts';
import { runTool } from '../execute/run-tool.ts';
import { linuxDisks } from './linux-disks.ts';
import { networkAddresses } from './network-addresses.ts';
import { parseOsRelease } from './os-release.ts';

const ticksPerSecond = 100;

/** The facts of a Linux endpoint (E-02). None of them needs root. */
export async function linuxInventory(): Promise<Inventory> {
  const osRelease = await readOsRelease();
  const text = (value: string | undefined, max: number): string => clipText(value ?? '', max);
  const extra = { distribution: osRelease.get('ID'), codename: osRelease.get('VERSION_CODENAME') };
  return {
    hostname: text(hostname() || 'localhost', 253),
    os: 'linux',
    osName: text(osRelease.get('NAME') ?? 'Linux', 120),
    osVersion: text(await osVersion(osRelease), 120),
    kernel: text(release(), 200),
    architecture: text(machine(), 40),
    addresses: networkAddresses(),
    uptimeSeconds: uptimeSeconds(uptime(), await readText('/proc/1/stat')),
    bootId: await linuxBootId(),
    timeZone: text(await timeZone(), 80),
    agentVersion,
    disks: await linuxDisks(await readText('/proc/self/mounts')),
    users: await loggedInUsers(),
    extra: Object.fromEntries(
      Object.entries(extra).flatMap(([name, value]) => (value ? [[name, text(value, 1000)]] : [])),
    ),
  };
}

/** The kernel's own id of this boot. */
export async function linuxBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** The distribution's description of itself; empty when there is none. */
export async function readOsRelease(): Promise<Map<string, string>> {
  return parseOsRelease((await readText('/etc/os-release')) || (await readText('/usr/lib/os-release')));
}

/** Debian's os-release names the release only; its point releases are in a file of their own. */
async function osVersion(osRelease: ReadonlyMap<string, string>): Promise<string> {
  const version = osRelease.get('VERSION_ID') ?? osRelease.get('BUILD_ID') ?? '';
  const point = osRelease.get('ID') === 'debian' ? (await readText('/etc/debian_version')).trim() : '';
  return version !== '' && point.startsWith(`${version}.`) ? point : version;
}

/**
 * Seconds since process 1 started. In a container `/proc/uptime` is the host's; process 1 started when the container
 * did, and on a machine of its own right after the kernel.
 */
export function uptimeSeconds(kernelUptime: number, processOne: string): number {
  const afterName = processOne.slice(processOne.lastIndexOf(')') + 2).split(' ');
  const startedAt = Number(afterName[19]) / ticksPerSecond;
  return startedAt >= 0 && startedAt <= kernelUptime ? kernelUptime - startedAt : Math.max(kernelUptime, 0);
}

/** Read from the files at every call: the runtime's own answer is the one of the agent's start. */
async function timeZone(): Promise<string> {
  const target = await readlink('/etc/localtime').catch(() => '');
  return (
    /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(target)?.[1] ||
    (await readText('/etc/timezone')).trim() ||
    Intl.DateTimeFormat().resolvedOptions().timeZone
  );
}

async function loggedInUsers(): Promise<Inventory['users']> {
  try {
    return parseWho((await runTool('who', [], { timeoutMs: 30_000 })).stdout);
  } catch {
    return [];
  }
}

/** Reads the output of `who`: a line for each session, user and terminal first. */
export function parseWho(output: string): Inventory['users'] {
  return output
    .split('\n')
    .flatMap((line) => {
      const [name, terminal] = line.trim().split(/\s+/);
      return name && terminal ? [{ name: clipText(name, 120), terminal: clipText(terminal, 120) }] : [];
    })
    .slice(0, 500);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
