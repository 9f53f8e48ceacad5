import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../error-code.ts';
import type { UserProcess } from './linux-processes.ts';
import type { LinuxSession, RunTool } from './linux-session.ts';

/** A session before it is known whether its user wants to be disturbed. */
export type FoundSession = Omit<LinuxSession, 'busy'>;

export interface SessionSources {
  readonly runTool: RunTool;
  readonly processes: () => readonly UserProcess[];
  /** Where users have their runtime directories: `/run/user`. */
  readonly runtimeRoot: string;
}

const toolLimitMs = 10_000;
/** User ids below are the system's own; a login screen has a display too. */
const firstUserId = 1000;
const properties = [
  'Id',
  'User',
  'Name',
  'Type',
  'Class',
  'State',
  'Active',
  'Remote',
  'Seat',
  'TTY',
  'Display',
];

/**
 * Everybody who is logged in: by logind where there is one, else by the displays that users' programs have and by
 * `who` (R-14). A locked screen counts as active: its user's work is still open behind it.
 */
export async function findSessions(sources: SessionSources): Promise<FoundSession[]> {
  const ids = await ask(sources.runTool, 'loginctl', ['list-sessions', '--no-legend', '--no-pager']);
  if (ids === null) return findWithoutLogind(sources);
  const names = listedSessions(ids);
  if (names.length === 0) return [];
  const args = ['show-session', ...properties.map((name) => `--property=${name}`), '--', ...names];
  const shown = (await sources.runTool('loginctl', args, { timeoutMs: toolLimitMs })).stdout;
  const processes = sources.processes();
  return parseSessions(shown).flatMap((one) => logindSession(one, processes, sources.runtimeRoot));
}

/** The ids in what `loginctl list-sessions` prints. */
function listedSessions(output: string): string[] {
  return output.split('\n').flatMap((line) => /^\s*([A-Za-z0-9]+)\s/.exec(line)?.[1] ?? []);
}

/** What `loginctl show-session` prints of several sessions: one block of `Name=value` each. */
function parseSessions(output: string): Map<string, string>[] {
  return output
    .split(/\n\s*\n/)
    .map(
      (block) =>
        new Map(
          block.split('\n').flatMap((line) => {
            const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? [];
            return name === undefined || value === undefined ? [] : [[name, value] as const];
          }),
        ),
    )
    .filter((block) => block.has('Id'));
}

function logindSession(
  found: ReadonlyMap<string, string>,
  processes: readonly UserProcess[],
  runtimeRoot: string,
): FoundSession[] {
  const get = (name: string): string => found.get(name) ?? '';
  const uid = Number(get('User'));
  if (get('Class') !== 'user' || get('State') === 'closing' || !Number.isInteger(uid)) return [];
  const isGraphical = ['x11', 'wayland', 'mir'].includes(get('Type'));
  const tty = isGraphical ? null : get('TTY').replace(/^\/dev\//, '');
  // Without a terminal nobody looks: a file transfer, a job.
  if (tty === '') return [];
  const own = processes.filter((one) => one.uid === uid);
  const environment = sessionEnvironment(own, get('Id'), uid, runtimeRoot);
  if (isGraphical && !hasDisplay(environment) && /^:\d/.test(get('Display')))
    environment['DISPLAY'] = get('Display');
  return [
    {
      id: get('Id'),
      user: get('Name'),
      uid,
      kind: isGraphical ? 'graphical' : 'terminal',
      active: get('Active') === 'yes',
      console: get('Seat') !== '' && get('Remote') !== 'yes',
      language: languageOf(environment),
      tty,
      environment,
    },
  ];
}

/** The environment of the program that knows the session's desktop best. */
function sessionEnvironment(
  own: readonly UserProcess[],
  session: string,
  uid: number,
  runtimeRoot: string,
): Record<string, string> {
  const worth = ({ session: home, environment }: UserProcess): number =>
    (home === session ? 4 : 0) +
    (hasDisplay(environment) ? 8 : 0) +
    (environment['DBUS_SESSION_BUS_ADDRESS'] ? 1 : 0);
  // A program of another session of this user would lead to another screen.
  const best = own
    .filter((one) => one.session === session || (one.session === null && hasDisplay(one.environment)))
    .toSorted((one, other) => worth(other) - worth(one) || one.pid - other.pid)[0];
  return withBus(best?.environment ?? {}, uid, runtimeRoot);
}

function withBus(
  found: Readonly<Record<string, string>>,
  uid: number,
  runtimeRoot: string,
): Record<string, string> {
  const runtime = join(runtimeRoot, String(uid));
  const bus = join(runtime, 'bus');
  return {
    ...(existsSync(runtime) && { XDG_RUNTIME_DIR: runtime }),
    ...(existsSync(bus) && { DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` }),
    ...found,
  };
}

/** A display on this machine; one forwarded through SSH belongs to a terminal's user elsewhere. */
function hasDisplay(environment: Readonly<Record<string, string>>): boolean {
  return /^:\d/.test(environment['DISPLAY'] ?? '') || environment['WAYLAND_DISPLAY'] !== undefined;
}

/** Without logind nobody tells whose screen is in front: every session counts as active. */
async function findWithoutLogind({
  runTool,
  processes,
  runtimeRoot,
}: SessionSources): Promise<FoundSession[]> {
  const desktops = new Map<string, FoundSession>();
  for (const { uid, environment } of processes()) {
    if (uid < firstUserId || !hasDisplay(environment)) continue;
    const display = environment['WAYLAND_DISPLAY'] ?? environment['DISPLAY']?.replace(/\.\d+$/, '') ?? '';
    const id = `${uid}-${display.replaceAll(/[^A-Za-z0-9]/g, '')}`;
    const known = desktops.get(id);
    // The one that names its bus wins.
    if (known?.environment['DBUS_SESSION_BUS_ADDRESS']) continue;
    const user = (await ask(runTool, 'id', ['-un', '--', String(uid)]))?.trim();
    if (!user) continue;
    const full = withBus(environment, uid, runtimeRoot);
    const language = languageOf(full);
    desktops.set(id, {
      id,
      user,
      uid,
      kind: 'graphical',
      active: true,
      console: true,
      language,
      tty: null,
      environment: full,
    });
  }
  const terminals: FoundSession[] = [];
  for (const { user, tty, console } of parseWho((await ask(runTool, 'who', [])) ?? '')) {
    const uid = Number((await ask(runTool, 'id', ['-u', '--', user])) ?? Number.NaN);
    if (!Number.isInteger(uid)) continue;
    const id = `tty-${tty.replaceAll(/[^A-Za-z0-9]/g, '')}`;
    const about = { kind: 'terminal', active: true, language: null, environment: {} } as const;
    terminals.push({ id, user, uid, console, tty, ...about });
  }
  return [...desktops.values(), ...terminals];
}

/** The terminals in what `who` prints; windows of a desktop (`:0`) are that desktop's. */
export function parseWho(output: string): { user: string; tty: string; console: boolean }[] {
  return output.split('\n').flatMap((line) => {
    const [, user, tty] = /^(\S+)\s+(?:[+-]\s+)?(\S+)/.exec(line) ?? [];
    const from = /\(([^()]*)\)\s*$/.exec(line)?.[1] ?? '';
    if (user === undefined || tty === undefined || !/^[a-z]/.test(tty) || from.startsWith(':')) return [];
    return [{ user, tty, console: from === '' && tty.startsWith('tty') }];
  });
}

/** "de" of `de_AT.UTF-8`; null for the languages of machines. */
export function languageOf(environment: Readonly<Record<string, string>>): string | null {
  const locale = environment['LC_ALL'] ?? environment['LC_MESSAGES'] ?? environment['LANG'] ?? '';
  return /^([a-z]{2,3})(?=[_.@-]|$)/.exec(locale)?.[1] ?? null;
}

/** What a tool prints; null when it is not there or says no. */
async function ask(runTool: RunTool, tool: string, args: readonly string[]): Promise<string | null> {
  try {
    const { code, stdout } = await runTool(tool, args, { timeoutMs: toolLimitMs });
    return code === 0 ? stdout : null;
  } catch (error) {
    if (messageOf(error).includes('ENOENT')) return null;
    throw error;
  }
}
