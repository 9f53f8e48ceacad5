import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { PatchToolError } from '../endpoint-system.ts';
import type { AptCommands } from './apt-command.ts';
import { detailsKey, type PackageDetails, parsePackageDetails, parseSecurityBacked } from './apt-details.ts';
import { errorLines, parseSimulation, refusalReason, type SimulatedPackage } from './apt-simulation.ts';
import { type DpkgPackage, dpkgStatusFormat, parseDpkgStatus } from './dpkg-status.ts';
import { hintsReboot } from './reboot-hint.ts';

/**
 * Tells apt to say what it would do, without a lock, so that it works without root and beside an installation.
 * One `-q` only: with two apt no longer says why it refuses.
 */
export const simulateArguments = ['--simulate', '-q', '-o', 'Debug::NoLocking=1'];
const namesPerCommand = 500;

/** An applicable patch with what apt and dpkg need besides. */
export interface AptPatch {
  readonly patch: ApplicablePatch;
  readonly architecture: string;
  /** It is unpacked already; an earlier installation did not finish. */
  readonly isUnfinished: boolean;
}

/** What apt would do to bring the endpoint up to date. */
export interface AptUpgrade {
  readonly patches: readonly AptPatch[];
  /** Packages that are not installed yet and that patches need. */
  readonly newPackages: readonly string[];
}

interface Within {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Asks apt for the applicable patches (E-03), by the package lists that are there. */
export async function findUpgrade(commands: AptCommands, within: Within): Promise<AptUpgrade> {
  const result = await commands.run({
    program: 'apt-get',
    args: [...simulateArguments, 'dist-upgrade'],
    ...within,
  });
  if (result.code !== 0) {
    throw new PatchToolError(
      `apt-get cannot say which patches are applicable: ${refusalReason(result.stdout, result.stderr)}`,
    );
  }
  const { installs, unfinished } = parseSimulation(result.stdout);
  const upgrades = installs.filter(({ currentVersion }) => currentVersion !== null);
  const [details, backed, status] = [
    await packageDetails(commands, [...upgrades, ...unfinished], within),
    await securityBacked(commands, upgrades, within),
    unfinished.length > 0 ? await dpkgStatus(commands, within) : new Map<string, DpkgPackage>(),
  ];
  const patches = [
    ...upgrades.map((one) => ({ one, isUnfinished: false, currentVersion: one.currentVersion })),
    ...unfinished.map((one) => ({
      one,
      isUnfinished: true,
      currentVersion: status.get(dpkgKey(one))?.configuredVersion ?? null,
    })),
  ].map(({ one, isUnfinished, currentVersion }) => ({
    architecture: one.architecture,
    isUnfinished,
    patch: describe(
      { ...one, currentVersion, security: one.security || backed.has(one.name) },
      details.get(detailsKey(one)),
      isUnfinished,
    ),
  }));
  return {
    patches,
    newPackages: installs.filter(({ currentVersion }) => currentVersion === null).map(({ name }) => name),
  };
}

/** The key of a package in the map of {@link dpkgStatus}; `name` may carry a foreign architecture. */
export function dpkgKey({ name, architecture }: { name: string; architecture: string }): string {
  return `${name.split(':')[0]}:${architecture}`;
}

/** What dpkg knows of every package. */
export async function dpkgStatus(
  commands: AptCommands,
  { timeoutMs }: Pick<Within, 'timeoutMs'>,
): Promise<Map<string, DpkgPackage>> {
  const result = await commands.run({
    program: 'dpkg-query',
    args: ['--show', `--showformat=${dpkgStatusFormat}`],
    timeoutMs,
  });
  if (result.code !== 0) {
    throw new PatchToolError(
      `dpkg-query cannot read dpkg's database: ${errorLines(result.stderr).join('\n')}`,
    );
  }
  return parseDpkgStatus(result.stdout);
}

/** Sizes and summaries; a package that apt-cache does not know is left out. */
async function packageDetails(
  commands: AptCommands,
  packages: readonly SimulatedPackage[],
  within: Within,
): Promise<Map<string, PackageDetails>> {
  const details = new Map<string, PackageDetails>();
  for (const names of inParts(packages.map(({ name, version }) => `${name}=${version}`))) {
    const { stdout } = await commands.run({ program: 'apt-cache', args: ['show', ...names], ...within });
    for (const [key, value] of parsePackageDetails(stdout)) details.set(key, value);
  }
  return details;
}

async function securityBacked(
  commands: AptCommands,
  upgrades: readonly SimulatedPackage[],
  within: Within,
): Promise<Set<string>> {
  const backed = new Set<string>();
  for (const names of inParts(upgrades.filter(({ security }) => !security).map(({ name }) => name))) {
    const { stdout } = await commands.run({ program: 'apt-cache', args: ['policy', ...names], ...within });
    for (const name of parseSecurityBacked(stdout)) backed.add(name);
  }
  return backed;
}

function inParts(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / namesPerCommand);
  return Array.from({ length: count }, (_, part) =>
    names.slice(part * namesPerCommand, (part + 1) * namesPerCommand),
  );
}

function describe(
  { name, version, currentVersion, security }: SimulatedPackage,
  details: PackageDetails | undefined,
  isUnfinished: boolean,
): ApplicablePatch {
  const summary = details?.summary ? `${name}: ${details.summary}` : name;
  return {
    id: `${name}=${version}`,
    title: clipText(isUnfinished ? `${summary} (its installation did not finish)` : summary, 500),
    package: name,
    currentVersion,
    version,
    classification: security ? 'security' : 'other',
    // apt's package lists say nothing about severity, and nothing about CVEs.
    severity: 'unknown',
    cves: [],
    sizeBytes: details?.sizeBytes ?? null,
    rebootHint: hintsReboot(name),
  };
}
