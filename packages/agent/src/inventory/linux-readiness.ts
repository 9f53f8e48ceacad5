import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { findProgram } from '../execute/search-path.ts';
import { readSpace } from './linux-disks.ts';

const megabyte = 1024 * 1024;
const skewLimitMs = 60_000;

/** How much should be free where patches need it, in bytes. */
const spaceNeeds = [
  { path: '/', warnBelow: 1024 * megabyte, failBelow: 300 * megabyte },
  // Package files, package lists, dpkg's database.
  { path: '/var', warnBelow: 1024 * megabyte, failBelow: 300 * megabyte },
  // A kernel with its initial RAM disk.
  { path: '/boot', warnBelow: 250 * megabyte, failBelow: 120 * megabyte },
];

/** Whether there is room for patches (E-10). */
export async function diskSpaceCheck(): Promise<ReadinessCheck> {
  // /var and /boot count by themselves only where they are file systems of their own.
  const root = statSync('/').dev;
  const needs = spaceNeeds.filter(
    ({ path }) => path === '/' || statSync(path, { throwIfNoEntry: false })?.dev !== root,
  );
  const spaces = await Promise.all(
    needs.map(async (need) => ({ ...need, freeBytes: (await readSpace(need.path))?.freeBytes ?? null })),
  );
  return judgeSpace(spaces);
}

/** Judges free space against the need; `freeBytes` null: there is no such place. */
export function judgeSpace(
  spaces: readonly { path: string; warnBelow: number; failBelow: number; freeBytes: number | null }[],
): ReadinessCheck {
  const known = spaces.flatMap((one) =>
    one.freeBytes === null ? [] : [{ ...one, freeBytes: one.freeBytes }],
  );
  const short = known.filter(({ freeBytes, warnBelow }) => freeBytes < warnBelow);
  const tooShort = short.filter(({ freeBytes, failBelow }) => freeBytes < failBelow);
  const words = (some: typeof known): string =>
    some.map(({ path, freeBytes }) => `${path} has ${Math.floor(freeBytes / megabyte)} MB free`).join(', ');
  return {
    name: 'diskSpace',
    state: tooShort.length > 0 ? 'failed' : short.length > 0 ? 'warning' : 'ok',
    message: words(short.length > 0 ? short : known),
    action:
      short.length > 0
        ? 'Make room: clean the package cache, remove old kernels and what is not needed.'
        : null,
  };
}

/** What a reboot can be scheduled with. */
export interface RebootMeans {
  readonly at: boolean;
  readonly atd: boolean;
  readonly systemdRun: boolean;
  readonly shutdown: boolean;
}

/** Whether `at` is there for the reboot scripts, and what they use where it is not (L-08, E-10). */
export function atCheck({ at, atd, systemdRun, shutdown }: RebootMeans): ReadinessCheck {
  const name = 'at';
  if (at && atd) {
    return { name, state: 'ok', message: 'at is installed and atd is running', action: null };
  }
  const missing = at ? 'at is installed, but atd is not running' : 'at is not installed';
  const remedy = at ? 'Start it: systemctl enable --now atd' : 'Install the package "at".';
  const other = systemdRun ? 'systemd-run' : shutdown ? 'shutdown -r +1' : null;
  return other === null
    ? {
        name,
        state: 'failed',
        message: `${missing}, and there is no other way to schedule a reboot`,
        action: remedy,
      }
    : { name, state: 'warning', message: `${missing}; reboot scripts use ${other} instead`, action: remedy };
}

/** What this endpoint has to schedule a reboot with. */
export function findRebootMeans(): RebootMeans {
  return {
    at: findProgram('at') !== null,
    atd: isRunning('atd'),
    systemdRun: findProgram('systemd-run') !== null && existsSync('/run/systemd/system'),
    shutdown: findProgram('shutdown') !== null,
  };
}

/** Whether a program runs on this endpoint; the processes of its containers, which it sees as well, do not count. */
function isRunning(program: string): boolean {
  const own = readNamespace('self');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommand(name) === program)
    .some((pid) => (readNamespace(pid) ?? own) === own);
}

function readCommand(pid: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}

/** null: the process is gone, or its namespaces are not ours to see. */
function readNamespace(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

/** Whether the agent may do what it is for (E-10). `user`: its effective user id. */
export function privilegesCheck(user: number): ReadinessCheck {
  return user === 0
    ? { name: 'privileges', state: 'ok', message: 'the agent runs as root', action: null }
    : {
        name: 'privileges',
        state: 'failed',
        message: `the agent runs as user ${user}: it can look for patches, but not install them or reboot`,
        action: 'Run the agent as root.',
      };
}

/** How far the endpoint's clock is from the server's, in milliseconds; null: not known here (E-10). */
export function clockCheck(skewMs: number | null): ReadinessCheck {
  const name = 'clock';
  if (skewMs === null) {
    return { name, state: 'notApplicable', message: 'not compared with the server yet', action: null };
  }
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const direction = skewMs < 0 ? 'behind' : 'ahead of';
  return Math.abs(skewMs) <= skewLimitMs
    ? { name, state: 'ok', message: `within ${Math.max(seconds, 1)} s of the server's clock`, action: null }
    : {
        name,
        state: 'warning',
        message: `the clock is ${seconds} s ${direction} the server's`,
        action: 'Set the clock, for instance with chrony or systemd-timesyncd.',
      };
}

/** Whether this Linux can be patched (E-04, E-10). `provider`: what patches it; null: nothing does yet. */
export function providerCheck(provider: string | null, osName: string): ReadinessCheck {
  return provider === null
    ? {
        name: 'provider',
        state: 'failed',
        message: clipText(`there is no patch provider for ${osName} yet; scripts can be run`, 1000),
        action: 'Patch it with a script, or leave it out of plans that patch.',
      }
    : { name: 'provider', state: 'ok', message: `patched with ${provider}`, action: null };
}
