import type { PatchWork } from '@patchbay/contracts/activity-order';
import type { PatchResult, RebootNeed } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import {
  type PatchApplied,
  type PatchApplyOptions,
  type PatchProvider,
  type PatchScanOptions,
  PatchToolError,
} from '../endpoint-system.ts';
import { type AptPatch, type AptUpgrade, dpkgKey, dpkgStatus, findUpgrade } from './apt-applicable.ts';
import { type AptCommands, aptCommands, unlimitedMs } from './apt-command.ts';
import {
  type AptWork,
  configureUnpacked,
  fetchPatches,
  installPatches,
  keep,
  type Pins,
  planPatches,
  type Reasons,
} from './apt-install.ts';
import { refreshLists } from './apt-refresh.ts';
import { isInterrupted } from './dpkg-journal.ts';
import { isInstalled } from './dpkg-status.ts';
import { type SelectedPatches, selectPatches } from './patch-selection.ts';
import { hintsReboot } from './reboot-hint.ts';

const scanTimeoutMs = 30 * 60_000;
const scanLockWaitMs = 10 * 60_000;

export interface AptProviderOptions {
  /** Without root patches can be looked for and simulated, not installed, and package lists cannot be refreshed. */
  readonly isRoot: boolean;
  readonly rebootNeed: () => Promise<RebootNeed>;
  /** Added to the environment of apt and dpkg, such as `APT_CONFIG` for a system of its own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Is told what came of every refresh of the package lists: apt's words on each repository that failed. */
  readonly onRefresh?: (problems: readonly string[]) => void;
}

/** Patches Debian and its relatives with apt and dpkg (E-03 to E-05). */
export function createAptProvider(options: AptProviderOptions): PatchProvider {
  const commands = aptCommands(options.environment ?? {});
  return {
    scan: async (scan) => {
      await refreshForScan(commands, options, scan);
      const upgrade = await findUpgrade(commands, { signal: scan.signal, timeoutMs: scanTimeoutMs });
      return upgrade.patches.map(({ patch }) => patch);
    },
    apply: (work, apply) => applyPatches(commands, options, work, apply),
  };
}

async function refreshForScan(
  commands: AptCommands,
  { isRoot, onRefresh }: AptProviderOptions,
  { log, signal }: PatchScanOptions,
): Promise<void> {
  if (!isRoot) {
    log('the agent is not root: the package lists are used as they are');
    return;
  }
  const onWait = (holder: string): void => log(`waiting for ${holder}, which holds the package lists`);
  const problems = await refreshLists(commands, scanTimeoutMs, { waitMs: scanLockWaitMs, signal, onWait });
  onRefresh?.(problems);
  if (problems.length > 0) {
    throw new PatchToolError(`package lists could not be refreshed: ${problems.join('; ')}`);
  }
}

async function applyPatches(
  commands: AptCommands,
  options: AptProviderOptions,
  { simulate, selection, lockWaitMs, timeoutMs }: PatchWork,
  { onOutput, signal }: PatchApplyOptions,
): Promise<PatchApplied> {
  if (!simulate && !options.isRoot) {
    throw new PatchToolError('the agent does not run as root, so it cannot install packages');
  }
  const say = (sentence: string): void => onOutput('stdout', Buffer.from(`[patchbay] ${sentence}\n`));
  const end = performance.now() + timeoutMs;
  const work: AptWork = {
    commands,
    onOutput,
    say,
    leftMs: () => Math.max(end - performance.now(), 1),
    lock: {
      waitMs: lockWaitMs,
      signal,
      onWait: (holder) => say(`Waiting for ${holder}, which holds the package manager's lock.`),
    },
  };
  if (!simulate) await prepare(work, options);

  const upgrade = await findUpgrade(commands, { signal, timeoutMs: work.leftMs() });
  const selected = selectPatches(
    upgrade.patches.map(({ patch }) => patch),
    selection,
  );
  const chosen = upgrade.patches.filter(({ patch }) => selected.chosen.includes(patch));
  const pins = exclusionPins(upgrade, selected, selection.exclude);
  say(`${chosen.length} of ${upgrade.patches.length} applicable patches are chosen.`);
  const patches = simulate
    ? await simulateInstallation(work, chosen, pins)
    : await install(work, upgrade, chosen, pins);
  const need = await options.rebootNeed();
  const reboot = simulate ? foreseenNeed(need, patches) : need;
  return { patches: [...patches, ...selected.notApplicable], reboot };
}

/** Finishes what an earlier installation left behind, and refreshes the package lists as far as that goes. */
async function prepare(work: AptWork, { onRefresh, environment }: AptProviderOptions): Promise<void> {
  if (isInterrupted(environment?.['DPKG_ADMINDIR'])) {
    work.say('An earlier installation was interrupted: letting dpkg finish it with dpkg --configure.');
    await configureUnpacked(work, work.onOutput);
  }
  const problems = await refreshLists(work.commands, work.leftMs(), work.lock);
  onRefresh?.(problems);
  for (const problem of problems) work.say(`Package lists could not be refreshed: ${problem}`);
}

/** Keeps the excluded packages as they are, even where a chosen patch needs more of them. */
function exclusionPins(
  { patches, newPackages }: AptUpgrade,
  { excluded }: SelectedPatches,
  exclude: readonly string[],
): Pins {
  return [
    ...patches.filter(({ patch, isUnfinished }) => !isUnfinished && excluded.includes(patch)).map(keep),
    ...newPackages.filter((name) => exclude.includes(name)).map((name) => `${name}-`),
  ];
}

/** Whether a reboot would be needed afterwards, as far as the names of the packages tell (P-10). */
function foreseenNeed(need: RebootNeed, patches: readonly PatchResult[]): RebootNeed {
  const asking = patches.filter(
    ({ package: name, outcome }) => outcome === 'wouldInstall' && hintsReboot(name),
  );
  if (asking.length === 0) return need;
  const names = asking.map(({ package: name }) => name).join(', ');
  return { needed: true, reasons: [...need.reasons, clipText(`would be asked for by ${names}`, 500)] };
}

async function simulateInstallation(
  work: AptWork,
  chosen: readonly AptPatch[],
  pins: Pins,
): Promise<PatchResult[]> {
  const { installable, refused } = await planPatches(work, chosen, pins);
  const reasons = new Map(refused.map(({ patch, reason }) => [patch.patch.id, reason]));
  for (const { patch } of installable) work.say(`Would install ${patch.id}.`);
  return chosen.map((one) => result(one, reasons.has(one.patch.id) ? 'failed' : 'wouldInstall', reasons));
}

async function install(
  work: AptWork,
  upgrade: AptUpgrade,
  chosen: readonly AptPatch[],
  pins: Pins,
): Promise<PatchResult[]> {
  const { fetched, pins: allPins, reasons } = await fetchPatches(work, chosen, pins);
  work.lock.signal.throwIfAborted();
  for (const [id, reason] of await installPatches(work, fetched, allPins)) reasons.set(id, reason);
  const status = await dpkgStatus(work.commands, { timeoutMs: unlimitedMs });
  const installed = upgrade.patches.filter(({ patch, architecture }) => {
    const known = status.get(dpkgKey({ name: patch.package, architecture }));
    return known?.version === patch.version && isInstalled(known);
  });
  return [
    ...chosen.map((one) => result(one, installed.includes(one) ? 'installed' : 'failed', reasons)),
    // What the chosen ones needed besides was patched, too.
    ...installed.filter((one) => !chosen.includes(one)).map((one) => result(one, 'installed', reasons)),
  ];
}

function result(
  { patch }: AptPatch,
  outcome: 'installed' | 'failed' | 'wouldInstall',
  reasons: Reasons,
): PatchResult {
  const reason = reasons.get(patch.id) ?? 'dpkg does not list it as installed';
  return {
    id: patch.id,
    package: patch.package,
    fromVersion: patch.currentVersion,
    toVersion: patch.version,
    outcome,
    security: patch.classification === 'security',
    message: outcome === 'failed' ? clipText(reason, 4000) : null,
  };
}
