import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import type { EndpointSystem } from '../endpoint-system.ts';
import { findProgram } from '../execute/search-path.ts';
import { createLinuxNotifier } from '../notify/linux-notifier.ts';
import { notifierCheck } from '../notify/linux-notifier-readiness.ts';
import { createAptProvider } from '../patch/apt.ts';
import { packageManagerCheck, repositoriesCheck } from '../patch/apt-readiness.ts';
import { linuxRebootNeed } from '../reboot/linux-reboot-need.ts';
import { createLinuxSystemReboot } from '../reboot/linux-system-reboot.ts';
import { linuxBootId, linuxInventory, readOsRelease } from './linux-inventory.ts';
import {
  atCheck,
  clockCheck,
  diskSpaceCheck,
  findRebootMeans,
  privilegesCheck,
  providerCheck,
} from './linux-readiness.ts';

export interface LinuxSystemOptions {
  /** The endpoint's clock minus the server's, in milliseconds, as far as the connection knows. */
  readonly clockSkewMs?: () => number | null;
}

/** The agent's view of a Linux endpoint. Patches are Debian's and its relatives', by apt; other Linuxes have none yet. */
export function createLinuxSystem(options: LinuxSystemOptions = {}): EndpointSystem {
  const user = process.geteuid?.() ?? -1;
  const notifier = createLinuxNotifier();
  const hasApt = findProgram('apt-get') !== null && findProgram('dpkg-query') !== null;
  let refreshProblems: readonly string[] | null = null;
  const patches = hasApt
    ? createAptProvider({
        isRoot: user === 0,
        rebootNeed: linuxRebootNeed,
        onRefresh: (problems) => {
          refreshProblems = problems;
        },
      })
    : null;
  return {
    inventory: linuxInventory,
    bootId: linuxBootId,
    rebootNeed: linuxRebootNeed,
    readiness: async () => [
      ...(await packageChecks(patches !== null, refreshProblems)),
      await diskSpaceCheck(),
      atCheck(findRebootMeans()),
      privilegesCheck(user),
      clockCheck(options.clockSkewMs?.() ?? null),
      await notifierCheck(notifier),
    ],
    patches,
    notifier,
    systemReboot: createLinuxSystemReboot(),
  };
}

async function packageChecks(
  hasApt: boolean,
  refreshProblems: readonly string[] | null,
): Promise<ReadinessCheck[]> {
  const osName = (await readOsRelease()).get('NAME') ?? 'this Linux';
  return hasApt
    ? [
        providerCheck('apt', osName),
        await packageManagerCheck(),
        await repositoriesCheck(new Date(), refreshProblems),
      ]
    : [providerCheck(null, osName)];
}
