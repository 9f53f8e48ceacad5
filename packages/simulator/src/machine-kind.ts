import type { OperatingSystem } from '@patchbay/contracts/operating-system';
import type { SimulatedPatch } from './patch-catalogue.ts';
import {
  debianPatches,
  redHatPatches,
  windowsClientPatches,
  windowsServerPatches,
} from './patch-catalogue.ts';

/** Operating systems that can be simulated. */
export const simulatedSystems = ['linux', 'windows'] as const satisfies readonly OperatingSystem[];
export type SimulatedSystem = (typeof simulatedSystems)[number];

/** What all machines of one kind have in common. */
export interface MachineKind {
  /** A part of the names of its endpoints. */
  readonly name: string;
  readonly os: SimulatedSystem;
  readonly osName: string;
  readonly osVersion: string;
  readonly kernel: string;
  readonly systemDisk: string;
  /** How the kind tells why it needs a reboot, after the installation of a package. */
  readonly rebootReason: (packageName: string) => string;
  /** The share of these machines that somebody sits at. */
  readonly userShare: number;
  readonly patches: readonly SimulatedPatch[];
}

const debian: MachineKind = {
  name: 'debian',
  os: 'linux',
  osName: 'Debian GNU/Linux',
  osVersion: '12.10',
  kernel: '6.1.0-32-amd64',
  systemDisk: '/',
  rebootReason: (packageName) => `${packageName} asks for it`,
  userShare: 0.2,
  patches: debianPatches,
};

const redHat: MachineKind = {
  name: 'rhel',
  os: 'linux',
  osName: 'Red Hat Enterprise Linux',
  osVersion: '9.5',
  kernel: '5.14.0-503.11.1.el9_5.x86_64',
  systemDisk: '/',
  rebootReason: () => 'needs-restarting says so',
  userShare: 0.1,
  patches: redHatPatches,
};

const windowsClient: MachineKind = {
  name: 'windows-11',
  os: 'windows',
  osName: 'Windows 11 Enterprise',
  osVersion: '24H2 (26100.2314)',
  kernel: '10.0.26100',
  systemDisk: 'C:',
  rebootReason: () => 'Windows Update says so',
  userShare: 0.9,
  patches: windowsClientPatches,
};

const windowsServer: MachineKind = {
  name: 'windows-server',
  os: 'windows',
  osName: 'Windows Server 2022 Standard',
  osVersion: '21H2 (20348.2849)',
  kernel: '10.0.20348',
  systemDisk: 'C:',
  rebootReason: () => 'Windows Update says so',
  userShare: 0.1,
  patches: windowsServerPatches,
};

/** The kinds of machines with an operating system. */
export const machineKinds: Readonly<Record<SimulatedSystem, readonly [MachineKind, ...MachineKind[]]>> = {
  linux: [debian, redHat],
  windows: [windowsClient, windowsServer],
};
