import { describe, expect, it } from 'vitest';
import type { ToolResult } from '../src/execute/run-tool.ts';
import { isBusy } from '../src/notify/linux-busy.ts';
import { desktopEnvironment, type UserProcess } from '../src/notify/linux-processes.ts';
import type { RunTool } from '../src/notify/linux-session.ts';
import { findSessions, languageOf, parseWho } from '../src/notify/linux-sessions.ts';
import { temporaryFolder } from './temporary-folder.ts';

const listed = `  2 1000 anna  seat0 tty2
  5 1001 bert        pts/0
 c1  121 gdm   seat0 tty1
`;
const shown = `Id=2
User=1000
Name=anna
Type=wayland
Class=user
State=active
Active=yes
Remote=no
Seat=seat0
TTY=tty2
Display=

Id=5
User=1001
Name=bert
Type=tty
Class=user
State=active
Active=yes
Remote=yes
Seat=
TTY=pts/0
Display=

Id=7
User=1001
Name=bert
Type=tty
Class=user
State=active
Active=yes
Remote=yes
Seat=
TTY=
Display=

Id=8
User=1002
Name=cora
Type=x11
Class=user
State=online
Active=no
Remote=no
Seat=seat0
TTY=tty3
Display=:1

Id=9
User=1003
Name=dora
Type=x11
Class=user
State=closing
Active=no
Remote=no
Seat=seat0
TTY=tty4
Display=:2

Id=c1
User=121
Name=gdm
Type=wayland
Class=greeter
State=online
Active=no
Remote=no
Seat=seat0
TTY=tty1
Display=
`;

/** Stand-ins for tools, by what their command line begins with; all others are not installed. */
function tools(answers: Readonly<Record<string, string | null>>): RunTool {
  return (command, args) => {
    const line = [command, ...args].join(' ');
    const found = Object.entries(answers).find(([start]) => line.startsWith(start));
    if (!found)
      return Promise.reject(Object.assign(new Error(`spawn ${command} ENOENT`), { code: 'ENOENT' }));
    return Promise.resolve(ended(found[1] === null ? 1 : 0, found[1] ?? ''));
  };
}

const ended = (code: number, stdout: string): ToolResult => ({
  code,
  signal: null,
  stdout,
  stderr: '',
  timedOut: false,
  aborted: false,
});
const program = (
  uid: number,
  session: string | null,
  environment: Record<string, string>,
  pid = 100,
): UserProcess => ({
  pid,
  uid,
  session,
  environment,
});
const logind = tools({ 'loginctl list-sessions': listed, 'loginctl show-session': shown });

describe('who is logged in on Linux', () => {
  it('R-14 given logind, when asked, then users on desktops and terminals are found, and nobody else', async () => {
    const processes = [
      program(1000, '2', { LANG: 'C.UTF-8' }, 1),
      program(
        1000,
        null,
        { WAYLAND_DISPLAY: 'wayland-0', LANG: 'de_AT.UTF-8', XDG_CURRENT_DESKTOP: 'GNOME' },
        2,
      ),
      program(1000, '4', { DISPLAY: ':9', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/other' }, 3),
      program(1001, '5', { LC_ALL: 'fr_FR.UTF-8', DISPLAY: 'localhost:10.0' }, 4),
    ];
    const found = await findSessions({
      runTool: logind,
      processes: () => processes,
      runtimeRoot: temporaryFolder(),
    });
    const common = { active: true, kind: 'terminal', console: false };
    expect(found).toEqual([
      {
        id: '2',
        user: 'anna',
        uid: 1000,
        kind: 'graphical',
        active: true,
        console: true,
        language: 'de',
        tty: null,
        environment: { WAYLAND_DISPLAY: 'wayland-0', LANG: 'de_AT.UTF-8', XDG_CURRENT_DESKTOP: 'GNOME' },
      },
      expect.objectContaining({ id: '5', user: 'bert', uid: 1001, tty: 'pts/0', language: 'fr', ...common }),
      expect.objectContaining({ id: '8', user: 'cora', active: false, environment: { DISPLAY: ':1' } }),
    ]);
  });

  it('R-14 given no logind, when asked, then displays of users and the terminals of who count', async () => {
    const runTool = tools({
      'loginctl list-sessions': null,
      'id -un': 'anna\n',
      'id -u -- bert': '1001\n',
      who: 'bert  pts/1  2026-11-21 02:00 (192.0.2.7)\nanna  pts/2  2026-11-21 02:00 (:0)\nghost pts/3 2026-11-21 02:00\n',
    });
    const processes = [
      program(1000, null, { DISPLAY: ':0.0' }),
      program(1000, null, { DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus' }),
      program(110, null, { DISPLAY: ':0' }),
      program(1001, null, { DISPLAY: 'localhost:10.0' }),
    ];
    const found = await findSessions({ runTool, processes: () => processes, runtimeRoot: temporaryFolder() });
    expect(found).toEqual([
      expect.objectContaining({
        id: '1000-0',
        user: 'anna',
        kind: 'graphical',
        environment: { DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus' },
      }),
      expect.objectContaining({ id: 'tty-pts1', user: 'bert', uid: 1001, kind: 'terminal', console: false }),
    ]);
  });

  it('R-14 reads what who prints of consoles, and leaves windows of desktops out', () => {
    expect(parseWho('anna     tty1         2026-11-21 02:00\nbert  + :0  2026-11-21 02:00 (:0)\n')).toEqual([
      { user: 'anna', tty: 'tty1', console: true },
    ]);
  });

  it('takes of an environment only what a desktop needs, and nothing that breaks a line', () => {
    const environ = 'DISPLAY=:0\0LD_PRELOAD=/tmp/x.so\0PATH=/tmp\0LANG=de\nDE\0XAUTHORITY=\0PASSWORD=x\0';
    expect(desktopEnvironment(environ)).toEqual({ DISPLAY: ':0' });
  });

  it.each([
    [{ LANG: 'de_DE.UTF-8' }, 'de'],
    [{ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr' }, 'fr'],
    [{ LANG: 'C.UTF-8' }, null],
    [{ LANG: 'POSIX' }, null],
    [{}, null],
  ])('finds the language of %o', (environment, language) => {
    expect(languageOf(environment)).toBe(language);
  });

  const names = "(['org.freedesktop.DBus', 'org.freedesktop.Notifications', 'org.gnome.SessionManager'],)";
  it.each([
    ['Inhibited', '(<true>,)', '', true],
    ['Inhibited', '(<false>,)', '', false],
    ['IsInhibited 8', '(true,)', '', true],
    ['gsettings get org.gnome.desktop.notifications show-banners', 'false', 'ubuntu:GNOME', true],
    ['gsettings get org.gnome.desktop.notifications show-banners', 'true', 'ubuntu:GNOME', false],
    ['xfconf-query --channel xfce4-notifyd', 'true', 'XFCE', true],
    ['HasInhibition', '(true,)', '', false],
  ])('do not disturb is read from %s = %s on a desktop "%s"', async (question, answer, desktopName, busy) => {
    const asked: string[] = [];
    const ask = (command: readonly string[]): Promise<string | null> => {
      const line = command.join(' ');
      asked.push(line);
      if (line.includes('ListNames')) return Promise.resolve(names);
      return Promise.resolve(line.includes(question) ? answer : null);
    };
    const desktop = { ask, run: () => Promise.reject(new Error('not asked for')) };
    expect(await isBusy(desktop, desktopName)).toBe(busy);
    // What does not run is not started by being asked.
    expect(asked.filter((line) => line.includes('kde'))).toEqual([]);
  });

  it('is not busy where nothing can be found out', async () => {
    const desktop = { ask: () => Promise.resolve(null), run: () => Promise.reject(new Error('none')) };
    expect(await isBusy(desktop, 'GNOME')).toBe(false);
  });
});
