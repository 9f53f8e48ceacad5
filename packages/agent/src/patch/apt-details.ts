import type { SimulatedPackage } from './apt-simulation.ts';

/** What the package lists say of one version of a package. */
export interface PackageDetails {
  /** The package file's size. */
  readonly sizeBytes: number | null;
  /** One line that says what the package is. */
  readonly summary: string | null;
}

/** Reads the output of `apt-cache show`; look entries up with {@link detailsKey}. */
export function parsePackageDetails(output: string): Map<string, PackageDetails> {
  const details = new Map<string, PackageDetails>();
  for (const stanza of output.split(/\n\s*\n/)) {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.*\\S)[ \\t\\r]*$`, 'm').exec(stanza)?.[1] ?? null;
    const name = field('Package');
    const version = field('Version');
    const architecture = field('Architecture');
    if (name === null || version === null || architecture === null) continue;
    const size = field('Size');
    details.set(`${name}:${architecture}=${version}`, {
      sizeBytes: size !== null && /^\d{1,15}$/.test(size) ? Number(size) : null,
      summary: field('Description') ?? field('Description-[A-Za-z_]+'),
    });
  }
  return details;
}

/** The key of a package in the map of {@link parsePackageDetails}. */
export function detailsKey({ name, architecture, version }: SimulatedPackage): string {
  return `${name.split(':')[0]}:${architecture}=${version}`;
}

/**
 * Reads the output of `apt-cache policy` and names the packages for which the security archive has a version that is
 * newer than the installed one and not newer than the candidate: a later version from elsewhere contains its fix.
 */
export function parseSecurityBacked(output: string): Set<string> {
  const backed = new Set<string>();
  let name = '';
  let candidate = '';
  let inRange = false;
  for (const line of output.split(/\r?\n/)) {
    const heading = /^(\S+):$/.exec(line)?.[1];
    if (heading !== undefined) {
      name = heading;
      inRange = false;
    }
    candidate = /^ {2}Candidate: (\S+)/.exec(line)?.[1] ?? candidate;
    // The version table is in descending order; `***` marks the installed version.
    const [, mark, version] = /^ (\*\*\*| {3}) (\S+)/.exec(line) ?? [];
    if (version !== undefined) inRange = mark !== '***' && (inRange || version === candidate);
    else if (inRange && isSecuritySource(line)) backed.add(name);
  }
  return backed;
}

/** A line such as `500 https://host/debian-security bookworm-security/main amd64 Packages`. */
function isSecuritySource(line: string): boolean {
  const [, address = '', suite = ''] = line.trim().split(' ');
  return /\/debian-security\/?$/.test(address) || /-security(?:\/|$)/.test(suite);
}
