import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { release, version } from 'node:os';
import { join } from 'node:path';
import type { RebootNeed } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { runTool } from '../execute/run-tool.ts';
import { newerKernel } from './kernel-release.ts';

/** What a Linux endpoint shows of whether it needs a reboot. */
export interface RebootEvidence {
  /** Packages that asked for a reboot; null: nothing asked, empty: something asked without leaving its name. */
  readonly requestedBy: readonly string[] | null;
  /** null where the kernel is not the endpoint's own, as in a container. */
  readonly kernel: {
    readonly running: string;
    /** The running kernel's own build, as `uname -v` tells it. */
    readonly build: string;
    readonly installed: readonly string[];
    /** Version of the installed package of the running release; null: unknown. */
    readonly packageVersion: string | null;
  } | null;
}

/** Whether a reboot is needed by Debian's flag or by the kernel, with the reasons (E-06). */
export function judgeRebootEvidence({ requestedBy, kernel }: RebootEvidence): RebootNeed {
  const reasons: string[] = [];
  if (requestedBy !== null) {
    const names =
      requestedBy.length > 0 ? `requested by ${requestedBy.join(', ')}` : 'requested by the system';
    reasons.push(`${names} (/run/reboot-required)`);
  }
  if (kernel !== null) {
    const newer = newerKernel(kernel.running, kernel.installed);
    // Debian's `uname -v` ends in the package's version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-10-20)".
    const builtFrom = / Debian (\S+) \(/.exec(kernel.build)?.[1];
    if (newer !== null) {
      reasons.push(`kernel ${kernel.running} is running, ${newer} is installed`);
    } else if (builtFrom && kernel.packageVersion !== null && kernel.packageVersion !== builtFrom) {
      reasons.push(
        `kernel ${kernel.running} is running as built in ${builtFrom}, ${kernel.packageVersion} is installed`,
      );
    }
  }
  return { needed: reasons.length > 0, reasons: reasons.map((reason) => clipText(reason, 500)) };
}

/** Whether this Linux endpoint needs a reboot (E-06). */
export async function linuxRebootNeed(): Promise<RebootNeed> {
  return judgeRebootEvidence(await readRebootEvidence('/', isContainer('/'), release(), version()));
}

/** Collects the evidence below `root`; `isContained`: the kernel belongs to somebody else. */
export async function readRebootEvidence(
  root: string,
  isContained: boolean,
  running: string,
  build: string,
): Promise<RebootEvidence> {
  const flags = ['run/reboot-required', 'var/run/reboot-required'].map((path) => join(root, path));
  const flag = flags.find((path) => existsSync(path));
  return {
    requestedBy: flag === undefined ? null : [...new Set(readLines(`${flag}.pkgs`))],
    kernel: isContained
      ? null
      : {
          running,
          build,
          installed: installedKernels(root),
          packageVersion: await kernelPackageVersion(running),
        },
  };
}

/** Whether this is a container, whose kernel is its host's. */
export function isContainer(root: string): boolean {
  return (
    ['run/systemd/container', '.dockerenv', 'run/.containerenv'].some((path) =>
      existsSync(join(root, path)),
    ) || readLines(join(root, 'proc/1/environ')).some((line) => /(?:^|\0)container=/.test(line))
  );
}

/** Releases of the installed kernels; directories of modules may outlive theirs, so images count first. */
function installedKernels(root: string): string[] {
  const images = list(join(root, 'boot'))
    .map((name) => /^vmlinuz-(\d.*)$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => !name.startsWith('0-rescue'));
  return images.length > 0 ? images : list(join(root, 'lib/modules')).filter((name) => /^\d/.test(name));
}

async function kernelPackageVersion(running: string): Promise<string | null> {
  const args = ['--show', '--showformat=${db:Status-Abbrev}\\t${Version}', `linux-image-${running}`];
  try {
    const { code, stdout } = await runTool('dpkg-query', args, { timeoutMs: 60_000 });
    return (code === 0 && /^.i.\t(\S+)/.exec(stdout)?.[1]) || null;
  } catch {
    return null;
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
