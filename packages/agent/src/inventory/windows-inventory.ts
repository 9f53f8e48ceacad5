import { hostname, machine, release, uptime } from 'node:os';
import type { Inventory } from '@patchbay/contracts/inventory';
import { agentVersion } from '../agent-version.ts';
import { clipText } from '../clip-text.ts';
import type { UserSession } from '../notify/notifier.ts';
import { type RegistryTool, type RegistryValue, readRegistryKey } from '../reboot/windows-registry.ts';
import { readSpace } from './linux-disks.ts';
import { networkAddresses } from './network-addresses.ts';

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const driveLetters = Array.from({ length: 26 }, (_, index) => String.fromCodePoint(65 + index));
const firstBuildOfWindows11 = 22_000;

/** What Windows calls itself. */
export interface WindowsName {
  readonly osName: string;
  /** Release, and build with the number of its update: "24H2 (26100.2314)". */
  readonly osVersion: string;
}

/** Reads the name of Windows from the values of its key `CurrentVersion`. */
export function windowsName(values: readonly RegistryValue[]): WindowsName {
  const value = (name: string): string => values.find((one) => one.name === name)?.data ?? '';
  const build = value('CurrentBuild');
  const update = Number(value('UBR')) || 0;
  const isServer = value('InstallationType').startsWith('Server');
  const product = value('ProductName') || 'Windows';
  // Windows 11 still has the name of its predecessor there.
  const osName =
    !isServer && Number(build) >= firstBuildOfWindows11
      ? product.replace('Windows 10', 'Windows 11')
      : product;
  const whole = update > 0 ? `${build}.${update}` : build;
  const shortName = value('DisplayVersion') || value('ReleaseId');
  return { osName, osVersion: shortName === '' ? whole : `${shortName} (${whole})` };
}

/** The facts of a Windows endpoint (E-02). */
export async function windowsInventory(
  reg: RegistryTool,
  bootId: string,
  sessions: readonly UserSession[],
): Promise<Inventory> {
  const { osName, osVersion } = windowsName((await readRegistryKey(reg, currentVersion)) ?? []);
  return {
    hostname: clipText(hostname() || 'localhost', 253),
    os: 'windows',
    osName: clipText(osName, 120),
    osVersion: clipText(osVersion, 120),
    kernel: clipText(release(), 200),
    architecture: clipText(machine(), 40),
    addresses: networkAddresses(),
    uptimeSeconds: uptime(),
    bootId,
    timeZone: clipText(Intl.DateTimeFormat().resolvedOptions().timeZone, 80),
    agentVersion,
    disks: await windowsDisks(),
    users: sessions.map(({ user, id }) => ({ name: user, terminal: `session ${id}` })).slice(0, 500),
    extra: {},
  };
}

async function windowsDisks(): Promise<Inventory['disks']> {
  const disks = await Promise.all(
    driveLetters.map(async (letter) => {
      const space = await readSpace(`${letter}:\\`);
      return space === null ? [] : [{ mount: `${letter}:`, ...space }];
    }),
  );
  return disks.flat();
}
