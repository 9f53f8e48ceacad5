import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** A live process of a user, with what its environment tells of the desktop that it runs on. */
export interface UserProcess {
  readonly pid: number;
  readonly uid: number;
  /** Of the logind session whose control group it lives in; null: in none, as services of the user's own systemd. */
  readonly session: string | null;
  readonly environment: Readonly<Record<string, string>>;
}

/** Names the notifier that started a program, in the program's environment. */
export const notifierVariable = 'PATCHBAY_NOTIFIER';

/** What a program needs to reach a user's desktop, and what tells of its language and kind; nothing else is taken. */
const wanted = new Set([
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'XDG_CURRENT_DESKTOP',
  'LC_ALL',
  'LC_MESSAGES',
  'LANG',
  notifierVariable,
]);
const longestValue = 4096;

/** All processes of this endpoint that an environment of interest can be read of; those of its containers do not count. */
export function userProcesses(): UserProcess[] {
  const own = readlinkSync('/proc/self/ns/pid');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (readlinkSync(`/proc/${pid}/ns/pid`) !== own) return [];
        const environment = desktopEnvironment(readFileSync(`/proc/${pid}/environ`, 'utf8'));
        const { uid } = statSync(`/proc/${pid}`);
        return [{ pid: Number(pid), uid, session: sessionOf(pid), environment }];
      } catch {
        // It has ended meanwhile, or is not ours to look into.
        return [];
      }
    });
}

/** The variables of interest in the text of `/proc/…/environ`; what a shell or terminal could stumble over is left out. */
export function desktopEnvironment(environ: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of environ.split('\0')) {
    const [, name = '', value = ''] = /^([A-Z_]+)=(.*)$/s.exec(line) ?? [];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
    if (
      wanted.has(name) &&
      value !== '' &&
      value.length <= longestValue &&
      !/[\u0000-\u001f\u007f]/.test(value)
    ) {
      variables[name] = value;
    }
  }
  return variables;
}

function sessionOf(pid: string): string | null {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  return /\/session-([A-Za-z0-9]+)\.scope(?:\/|$)/m.exec(groups)?.[1] ?? null;
}
