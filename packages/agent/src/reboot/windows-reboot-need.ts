import type { RebootNeed } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { type RegistryTool, type RegistryValue, readRegistryKey } from './windows-registry.ts';

/** What Windows shows of whether it needs a reboot (E-06). */
export interface WindowsRebootEvidence {
  /** Windows' servicing (components, features, updates) waits for it. */
  readonly servicingPending: boolean;
  /** Windows Update waits for it. */
  readonly updatePending: boolean;
  /** Files that are replaced or removed at the next start. */
  readonly pendingFiles: readonly string[];
  readonly computerName: { readonly active: string; readonly configured: string } | null;
}

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion';
const control = 'HKLM\\SYSTEM\\CurrentControlSet\\Control';

/** Whether a reboot is needed by the registry's evidence, with the reasons (E-06). */
export function judgeWindowsReboot(evidence: WindowsRebootEvidence): RebootNeed {
  const reasons: string[] = [];
  const { pendingFiles, computerName } = evidence;
  if (evidence.servicingPending) {
    reasons.push('Windows servicing has to finish (Component Based Servicing, RebootPending)');
  }
  if (evidence.updatePending) reasons.push('Windows Update has to finish (Auto Update, RebootRequired)');
  if (pendingFiles.length > 0) {
    const count = pendingFiles.length === 1 ? 'one file is' : `${pendingFiles.length} files are`;
    reasons.push(
      `${count} to be replaced or removed at the next start, such as ${pendingFiles[0]} (PendingFileRenameOperations)`,
    );
  }
  if (computerName !== null && computerName.active.toLowerCase() !== computerName.configured.toLowerCase()) {
    reasons.push(`the computer is to be renamed from ${computerName.active} to ${computerName.configured}`);
  }
  return { needed: reasons.length > 0, reasons: reasons.map((reason) => clipText(reason, 500)) };
}

/** Whether this Windows endpoint needs a reboot (E-06). Rejects when `reg.exe` cannot be run. */
export async function windowsRebootNeed(reg: RegistryTool = ['reg.exe']): Promise<RebootNeed> {
  return judgeWindowsReboot(await readWindowsRebootEvidence(reg));
}

/** Collects the evidence from the registry. Rejects when `reg.exe` cannot be run. */
export async function readWindowsRebootEvidence(reg: RegistryTool): Promise<WindowsRebootEvidence> {
  const read = (key: string): Promise<RegistryValue[] | null> => readRegistryKey(reg, key);
  const names = `${control}\\ComputerName`;
  const sessionManager = (await read(`${control}\\Session Manager`)) ?? [];
  const active = valueOf(await read(`${names}\\ActiveComputerName`), 'ComputerName');
  const configured = valueOf(await read(`${names}\\ComputerName`), 'ComputerName');
  return {
    servicingPending: (await read(`${currentVersion}\\Component Based Servicing\\RebootPending`)) !== null,
    updatePending: (await read(`${currentVersion}\\WindowsUpdate\\Auto Update\\RebootRequired`)) !== null,
    pendingFiles: ['PendingFileRenameOperations', 'PendingFileRenameOperations2'].flatMap((name) =>
      pendingFiles(valueOf(sessionManager, name) ?? ''),
    ),
    computerName: active === null || configured === null ? null : { active, configured },
  };
}

function valueOf(values: readonly RegistryValue[] | null, name: string): string | null {
  return values?.find((value) => value.name === name)?.data ?? null;
}

/**
 * Pairs of source and target, which is empty for a removal. `reg.exe` writes `\0` between strings, and a path may have
 * the same in it: only what begins as these paths do comes after a border.
 */
function pendingFiles(data: string): string[] {
  return data
    .split(/\\0(?=!?\\\?\?\\|\\0|$)/)
    .filter((_, index) => index % 2 === 0)
    .map((source) => source.replace(/^\\\?\?\\/, ''))
    .filter((source) => source !== '');
}
