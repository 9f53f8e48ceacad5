import type { ApplicablePatch } from '@patchbay/contracts/inventory';

/** A patch that simulated machines are offered. */
export interface SimulatedPatch extends ApplicablePatch {
  /** What the machine is when it has been installed and, where it asks for that, booted. */
  readonly brings?: { readonly kernel?: string; readonly osVersion?: string };
}

type Severity = ApplicablePatch['severity'];
type Facts = readonly [title: string, from: string | null, to: string, kilobytes: number];

// Everything below is made up in the form of the real thing: neither versions nor KB and CVE numbers can be looked up.

const cve = (number: number): string => `CVE-2026-${990_000 + number}`;

function patch(
  id: string,
  packageName: string,
  [title, currentVersion, version, kilobytes]: Facts,
  more: Partial<SimulatedPatch>,
): SimulatedPatch {
  return {
    id,
    title,
    package: packageName,
    currentVersion,
    version,
    classification: 'bugfix',
    severity: 'unknown',
    cves: [],
    sizeBytes: kilobytes * 1024,
    rebootHint: false,
    ...more,
  };
}

const linux = (name: string, facts: Facts, more: Partial<SimulatedPatch> = {}): SimulatedPatch =>
  patch(`${name}=${facts[2]}`, name, facts, more);

const windows = (number: number, facts: Facts, more: Partial<SimulatedPatch> = {}): SimulatedPatch =>
  patch(`KB${number}`, `KB${number}`, facts, more);

const security = (severity: Severity, ...cves: number[]): Partial<SimulatedPatch> => ({
  classification: 'security',
  severity,
  cves: cves.map(cve),
});
const reboot = { rebootHint: true } as const;

export const debianPatches: readonly SimulatedPatch[] = [
  linux('linux-image-amd64', ['Linux for 64-bit PCs (meta-package)', '6.1.129-1', '6.1.153-1', 1_480], {
    ...security('important', 1, 2, 3),
    ...reboot,
    brings: { kernel: '6.1.0-40-amd64', osVersion: '12.12' },
  }),
  linux('libc6', ['GNU C Library: Shared libraries', '2.36-9+deb12u9', '2.36-9+deb12u13', 2_760], {
    ...security('critical', 4),
    ...reboot,
  }),
  linux(
    'openssl',
    ['Secure Sockets Layer toolkit', '3.0.15-1~deb12u1', '3.0.17-1~deb12u3', 1_395],
    security('important', 5),
  ),
  linux(
    'curl',
    ['command line tool for transferring data', '7.88.1-10+deb12u8', '7.88.1-10+deb12u14', 315],
    security('moderate', 6, 7),
  ),
  linux(
    'sudo',
    ['Provide limited super user privileges', '1.9.13p3-1+deb12u1', '1.9.13p3-1+deb12u2', 1_890],
    security('important', 8),
  ),
  linux(
    'openssh-server',
    ['secure shell (SSH) server', '1:9.2p1-2+deb12u3', '1:9.2p1-2+deb12u7', 456],
    security('critical', 9),
  ),
  linux(
    'nginx',
    ['small, powerful, scalable web server', '1.22.1-9', '1.22.1-9+deb12u2', 527],
    security('moderate', 10),
  ),
  linux(
    'python3.11',
    ['Interactive high-level language', '3.11.2-6+deb12u4', '3.11.2-6+deb12u6', 573],
    security('low', 11),
  ),
  linux('tzdata', ['time zone and daylight-saving time data', '2024b-0+deb12u1', '2025b-0+deb12u2', 303]),
  linux('base-files', ['Debian base system miscellaneous files', '12.4+deb12u10', '12.4+deb12u12', 71]),
  linux('bash', ['GNU Bourne Again SHell', '5.2.15-2+b7', '5.2.15-2+b9', 1_497]),
  linux('rsyslog', ['reliable system and kernel logging daemon', '8.2302.0-1', '8.2302.0-1+deb12u1', 723]),
];

export const redHatPatches: readonly SimulatedPatch[] = [
  linux('kernel', ['The Linux kernel', '5.14.0-503.11.1.el9_5', '5.14.0-570.58.1.el9_6', 1_820], {
    ...security('important', 12, 13),
    ...reboot,
    brings: { kernel: '5.14.0-570.58.1.el9_6.x86_64', osVersion: '9.6' },
  }),
  linux('glibc', ['The GNU libc libraries', '2.34-125.el9_5.1', '2.34-168.el9_6.23', 1_980], {
    ...security('moderate', 14),
    ...reboot,
  }),
  linux(
    'openssl-libs',
    ['A general purpose cryptography library', '1:3.2.2-6.el9_5', '1:3.2.2-6.el9_5.2', 2_120],
    security('important', 15),
  ),
  linux(
    'sudo',
    ['Allows restricted root access', '1.9.5p2-10.el9_3', '1.9.5p2-10.el9_6.2', 1_060],
    security('important', 16),
  ),
  linux(
    'httpd',
    ['Apache HTTP Server', '2.4.62-1.el9_5.2', '2.4.62-4.el9_6.4', 47],
    security('moderate', 17, 18),
  ),
  linux(
    'podman',
    ['Manage pods, containers and images', '4:5.2.2-9.el9_5', '4:5.4.0-13.el9_6', 17_400],
    security('low', 19),
  ),
  linux(
    'postgresql',
    ['PostgreSQL client programs', '13.18-1.el9_5', '13.22-1.el9_6', 1_590],
    security('critical', 20),
  ),
  linux('NetworkManager', ['Network connection manager', '1:1.48.10-5.el9_5', '1:1.52.0-5.el9_6', 2_310]),
  linux('tuned', ['A dynamic adaptive system tuning daemon', '2.24.0-2.el9_5', '2.25.1-2.el9_6', 412]),
  linux('chrony', ['An NTP client and server', '4.6-1.el9', '4.6.1-1.el9', 338], {
    classification: 'enhancement',
  }),
];

export const windowsClientPatches: readonly SimulatedPatch[] = [
  windows(
    9_900_101,
    [
      'Cumulative Update for Windows 11 Version 24H2 for x64-based Systems',
      '26100.2314',
      '26100.6584',
      812_000,
    ],
    {
      ...security('critical', 21, 22, 23, 24),
      ...reboot,
      brings: { osVersion: '24H2 (26100.6584)' },
    },
  ),
  windows(
    9_900_102,
    ['Cumulative Update for .NET Framework 3.5 and 4.8.1 for Windows 11', null, '4.8.9310', 71_000],
    {
      ...security('important', 25),
      ...reboot,
    },
  ),
  windows(9_900_103, ['Windows Malicious Software Removal Tool x64', null, '5.136', 74_000], {
    classification: 'other',
  }),
  windows(
    9_900_104,
    ['Update for Microsoft Defender Antivirus antimalware platform', '4.18.25070', '4.18.25080', 12_800],
    security('important'),
  ),
  windows(
    9_900_105,
    ['Security Update for Microsoft Office', '16.0.18025', '16.0.18129', 310_000],
    security('important', 26, 27),
  ),
  windows(9_900_106, ['Intel Corporation - Display driver', '31.0.101.5590', '32.0.101.6078', 455_000], {
    classification: 'other',
  }),
];

export const windowsServerPatches: readonly SimulatedPatch[] = [
  windows(
    9_900_201,
    [
      'Cumulative Update for Microsoft server operating system version 21H2 for x64-based Systems',
      '20348.2849',
      '20348.4171',
      391_000,
    ],
    {
      ...security('critical', 28, 29, 30),
      ...reboot,
      brings: { osVersion: '21H2 (20348.4171)' },
    },
  ),
  windows(
    9_900_202,
    [
      'Cumulative Update for .NET Framework 4.8 for Microsoft server operating system',
      null,
      '4.8.4785',
      68_000,
    ],
    {
      ...security('important', 31),
      ...reboot,
    },
  ),
  windows(9_900_203, ['Windows Malicious Software Removal Tool x64', null, '5.136', 74_000], {
    classification: 'other',
  }),
  windows(
    9_900_204,
    ['Security Update for SQL Server 2022', '16.0.4175.1', '16.0.4212.1', 402_000],
    security('important', 32),
  ),
];
