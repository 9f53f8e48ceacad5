/** A package as apt names it in a simulation. */
export interface SimulatedPackage {
  /** As apt takes it back: `name`, with `:architecture` where that is foreign. */
  readonly name: string;
  readonly architecture: string;
  /** null: not installed yet. */
  readonly currentVersion: string | null;
  readonly version: string;
  readonly security: boolean;
}

/** What `apt-get --simulate` says that it would do. */
export interface AptSimulation {
  /** To be unpacked and configured. */
  readonly installs: readonly SimulatedPackage[];
  /** Unpacked by an earlier installation that did not finish, to be configured; `currentVersion` is always null. */
  readonly unfinished: readonly SimulatedPackage[];
  /** Names of the packages that would be removed. */
  readonly removals: readonly string[];
}

const changeLine = /^(Inst|Conf) (\S+)(?: \[([^\]]+)\])? \((\S+)(?: (.*?))? \[([^\]]+)\]\)/;

/** Reads the output of `apt-get --simulate`; lines that are not about packages are passed over. */
export function parseSimulation(output: string): AptSimulation {
  const installs: SimulatedPackage[] = [];
  const configures: SimulatedPackage[] = [];
  const removals: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const removal = /^(?:Remv|Purg) (\S+)/.exec(line);
    if (removal?.[1] !== undefined) removals.push(removal[1]);
    const [, action, name, currentVersion, version, origins = '', architecture] = changeLine.exec(line) ?? [];
    if (name === undefined || version === undefined || architecture === undefined) continue;
    const security = isSecurityOrigin(origins);
    const change = { name, architecture, currentVersion: currentVersion ?? null, version, security };
    (action === 'Inst' ? installs : configures).push(change);
  }
  const installed = new Set(installs.map(({ name }) => name));
  return { installs, unfinished: configures.filter(({ name }) => !installed.has(name)), removals };
}

/** Origins as apt lists them: `Debian-Security:12/stable-security, Debian:12.11/stable`. */
function isSecurityOrigin(origins: string): boolean {
  return origins
    .split(', ')
    .some((origin) => origin.startsWith('Debian-Security:') || origin.endsWith('-security'));
}

/** Why apt refuses to install what it was asked for, in its own words without the advice. */
export function refusalReason(output: string, errors: string): string {
  const removed = packagesUnder(output, 'The following packages will be REMOVED:');
  if (removed.length > 0 && /remove is disabled/.test(errors)) {
    return `it can be installed only by removing ${removed.join(', ')}, and patching never removes packages`;
  }
  const unmet = packagesUnder(output, 'The following packages have unmet dependencies:', '\n');
  if (unmet.length > 0) return `unmet dependencies: ${unmet.join('; ')}`;
  return errorLines(errors).join('\n') || 'apt-get gave no reason';
}

/** apt's and dpkg's error lines, without their mark. */
export function errorLines(errors: string): string[] {
  return errors
    .split(/\r?\n/)
    .map((line) => /^(?:E: |dpkg: error: |dpkg-query: error: )(.+)$/.exec(line)?.[1]?.trim())
    .filter((line) => line !== undefined);
}

/** The indented lines that follow a heading, taken apart at `separator`. */
function packagesUnder(output: string, heading: string, separator = ' '): string[] {
  const start = output.indexOf(heading);
  if (start === -1) return [];
  const lines = output.slice(start + heading.length).split(/\r?\n/);
  const indented = lines.slice(1, 1 + lines.slice(1).findIndex((line) => !line.startsWith(' ')));
  return indented
    .flatMap((line) => (separator === '\n' ? [line] : line.split(separator)))
    .map((entry) => entry.trim().replace(/ {2,}/g, ' '))
    .filter((entry) => entry !== '');
}
