import { PatchToolError } from '../endpoint-system.ts';
import { type AptPatch, dpkgKey, dpkgStatus, simulateArguments } from './apt-applicable.ts';
import { type AptCommands, type LockWait, unlimitedMs } from './apt-command.ts';
import { type PackageFailure, parseDpkgErrors, parseFetchErrors, parseStatusErrors } from './apt-failures.ts';
import { type InstallPlan, planInstallation } from './apt-plan.ts';
import { errorLines, refusalReason } from './apt-simulation.ts';
import { isInstalled } from './dpkg-status.ts';

/** Changed configuration files stay as they are; where the administrator changed nothing, the package's default wins. */
const keepConfiguration = ['--force-confdef', '--force-confold'];

/**
 * Exactly the versions asked for, and what they need besides. Nothing is removed, nothing is downgraded, and a
 * package that somebody put on hold is left alone: `-y` alone does not override a hold.
 */
const installArguments = [
  'install',
  '-y',
  '--only-upgrade',
  '--no-remove',
  ...keepConfiguration.flatMap((option) => ['-o', `Dpkg::Options::=${option}`]),
];

const mostFetchRounds = 3;
const keptOutput = 1024 * 1024;

/** One patch operation: where it prints, how long it may take, and how long it waits for locks. */
export interface AptWork {
  readonly commands: AptCommands;
  readonly lock: LockWait;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Prints a sentence of the agent's own between what the tools print. */
  readonly say: (sentence: string) => void;
  /** Time left, in milliseconds, for what happens before anything is changed. */
  readonly leftMs: () => number;
}

/** Requests to apt that keep packages as they are: `name=installed version`, or `name-` for what is not installed. */
export type Pins = readonly string[];

/** Why patches were not installed, by patch id. */
export type Reasons = Map<string, string>;

/** Finds out which patches apt would install together, leaving alone what is pinned. Changes nothing. */
export function planPatches(
  { commands, lock, leftMs }: AptWork,
  patches: readonly AptPatch[],
  pins: Pins,
): Promise<InstallPlan<AptPatch>> {
  return planInstallation(patches, async (some) => {
    const result = await commands.run({
      program: 'apt-get',
      args: [...simulateArguments, ...installArguments, ...pins, ...requests(some)],
      signal: lock.signal,
      timeoutMs: leftMs(),
    });
    return result.code === 0 ? null : refusalReason(result.stdout, result.stderr);
  });
}

/**
 * Fetches the package files of all patches that can be installed together, planning anew without those that cannot be
 * fetched, and whoever needs them. Changes nothing but apt's archive of package files.
 */
export async function fetchPatches(
  work: AptWork,
  patches: readonly AptPatch[],
  pins: Pins,
): Promise<{ fetched: readonly AptPatch[]; pins: Pins; reasons: Reasons }> {
  const reasons: Reasons = new Map();
  let allPins = pins;
  let wanted = patches;
  let others = '';
  for (let round = 1; round <= mostFetchRounds; round += 1) {
    const plan = await planPatches(work, wanted, allPins);
    for (const { patch, reason } of plan.refused) reasons.set(patch.patch.id, reason + others);
    const failures = await fetchFiles(work, plan.installable, allPins);
    if (failures.length === 0) return { fetched: plan.installable, pins: allPins, reasons };
    for (const failure of failures) {
      const patch = plan.installable.find((one) => isAbout(failure, one));
      if (patch) reasons.set(patch.patch.id, failure.message);
      else others += `\n${failure.message}`;
      allPins = [...allPins, patch ? keep(patch) : `${failure.name}-`];
    }
    wanted = plan.installable.filter(({ patch }) => !reasons.has(patch.id));
  }
  throw new PatchToolError(`package files cannot be fetched:${others}\n${[...reasons.values()].join('\n')}`);
}

async function fetchFiles(
  { commands, lock, leftMs, onOutput }: AptWork,
  patches: readonly AptPatch[],
  pins: Pins,
): Promise<PackageFailure[]> {
  if (patches.length === 0) return [];
  const result = await commands.runUnlocked(
    {
      program: 'apt-get',
      args: ['-q', ...installArguments, '--download-only', ...pins, ...requests(patches)],
      signal: lock.signal,
      timeoutMs: leftMs(),
      onOutput,
    },
    lock,
  );
  const failures = parseFetchErrors(result.stderr);
  if (result.code !== 0 && failures.length === 0) {
    throw new PatchToolError(`package files cannot be fetched: ${errorLines(result.stderr).join('\n')}`);
  }
  return failures;
}

/**
 * Installs the fetched patches. One that fails makes apt stop, with others unpacked only or not begun: these are
 * configured, then tried once more without it, so that every good patch gets installed (W-05). Once begun this is
 * never cut. Answers why those that are not installed afterwards failed, as far as the tools said.
 */
export async function installPatches(
  work: AptWork,
  patches: readonly AptPatch[],
  pins: Pins,
): Promise<Reasons> {
  const reasons: Reasons = new Map();
  if (patches.length === 0) return reasons;
  const automatic = await automaticPackages(work.commands);
  let todo = patches;
  let allPins = pins;
  for (const attempt of ['first', 'second']) {
    const { failures, complaint } = await install(work, todo, allPins);
    const left = await notInstalled(work, todo);
    for (const patch of left) {
      const failure = failures.find((one) => isAbout(one, patch));
      if (failure) reasons.set(patch.patch.id, failure.message);
    }
    todo = left.filter(({ patch }) => !reasons.has(patch.id));
    if (todo.length === 0) break;
    if (attempt === 'second' || (failures.length === 0 && todo.length === patches.length)) {
      const told = [complaint, ...failures.map(({ message }) => message)].join('\n');
      for (const { patch } of todo) reasons.set(patch.id, told);
      break;
    }
    work.say(`Trying the ${todo.length} others again without what failed.`);
    allPins = [...pins, ...(await pinsFor(work, patches, reasons))];
    const plan = await planPatches(work, todo, allPins);
    for (const { patch, reason } of plan.refused) reasons.set(patch.patch.id, reason);
    todo = plan.installable;
    if (todo.length === 0) break;
  }
  await restoreAutomatic(work, automatic, patches);
  return reasons;
}

/** Runs the installation once, and configures what it left unpacked. */
async function install(
  work: AptWork,
  patches: readonly AptPatch[],
  pins: Pins,
): Promise<{ failures: PackageFailure[]; complaint: string }> {
  let status = '';
  let printed = '';
  const onOutput = (stream: 'stdout' | 'stderr', chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(-keptOutput);
    work.onOutput(stream, chunk);
  };
  const result = await work.commands.runUnlocked(
    {
      program: 'apt-get',
      args: ['-q', ...installArguments, '-o', 'APT::Status-Fd=3', ...pins, ...requests(patches)],
      timeoutMs: unlimitedMs,
      onOutput,
      onStatus: (chunk) => {
        status += chunk.toString('utf8');
      },
      changesPackages: true,
    },
    work.lock,
  );
  if (result.code !== 0 && (await notInstalled(work, patches)).length > 0) {
    await configureUnpacked(work, onOutput);
  }
  return {
    // dpkg's own words first: they say more than the status line.
    failures: [...parseDpkgErrors(printed), ...parseStatusErrors(status)],
    complaint: errorLines(result.stderr).join('\n') || `apt-get ended with exit code ${result.code}`,
  };
}

/** Lets dpkg finish everything that is unpacked and not configured. */
export async function configureUnpacked(work: AptWork, onOutput: AptWork['onOutput']): Promise<void> {
  await work.commands.runUnlocked(
    {
      program: 'dpkg',
      args: [...keepConfiguration, '--configure', '--pending'],
      timeoutMs: unlimitedMs,
      onOutput,
      changesPackages: true,
    },
    work.lock,
  );
}

async function notInstalled({ commands }: AptWork, patches: readonly AptPatch[]): Promise<AptPatch[]> {
  const status = await dpkgStatus(commands, { timeoutMs: unlimitedMs });
  return patches.filter(({ patch, architecture }) => {
    const known = status.get(dpkgKey({ name: patch.package, architecture }));
    return known === undefined || known.version !== patch.version || !isInstalled(known);
  });
}

/** Keeps those that failed before they were unpacked out of a second attempt. */
async function pinsFor(
  { commands }: AptWork,
  patches: readonly AptPatch[],
  failed: Reasons,
): Promise<string[]> {
  const status = await dpkgStatus(commands, { timeoutMs: unlimitedMs });
  return patches
    .filter(({ patch }) => failed.has(patch.id))
    .flatMap(({ patch, architecture }) => {
      const version = status.get(dpkgKey({ name: patch.package, architecture }))?.version;
      return version === undefined || version === patch.version ? [] : [`${patch.package}=${version}`];
    });
}

/** Names of the packages that nobody asked for by name; apt may remove them when nothing needs them any more. */
async function automaticPackages(commands: AptCommands): Promise<Set<string>> {
  const { stdout } = await commands.run({
    program: 'apt-mark',
    args: ['showauto'],
    timeoutMs: unlimitedMs,
  });
  return new Set(stdout.split('\n'));
}

/** apt takes a package that is named in a request for one that somebody asked for; patching is no such wish. */
async function restoreAutomatic(
  { commands, lock }: AptWork,
  automatic: ReadonlySet<string>,
  patches: readonly AptPatch[],
): Promise<void> {
  const names = patches.map(({ patch }) => patch.package).filter((name) => automatic.has(name));
  if (names.length === 0) return;
  await commands.runUnlocked({ program: 'apt-mark', args: ['auto', ...names], timeoutMs: unlimitedMs }, lock);
}

function requests(patches: readonly AptPatch[]): string[] {
  return patches.map(({ patch }) => patch.id);
}

/** A request that leaves the package of this patch as it is. */
export function keep({ patch }: AptPatch): string {
  return `${patch.package}=${patch.currentVersion}`;
}

function isAbout(failure: PackageFailure, { patch, architecture }: AptPatch): boolean {
  const [name] = patch.package.split(':');
  return failure.name === name && (failure.architecture ?? architecture) === architecture;
}
