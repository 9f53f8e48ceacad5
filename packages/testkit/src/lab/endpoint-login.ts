import { waitFor } from '../wait-for.ts';
import { endpointPatchbay } from './lab-agent.ts';
import type { LabEndpoint } from './lab-endpoint.ts';
import type { LabScreen } from './lab-screen.ts';

/** A person who can log in on endpoints of the kind `desktop`. */
export const endpointUser = { name: 'ada', uid: 1000 } as const;

const DESKTOP = 'lab-desktop.service';
const TERMINAL = 'lab-terminal.service';
const KEYBOARD = '/run/lab-keyboard';
const PAPER = '/run/lab-terminal';
const LIMIT_MS = 30_000;

/**
 * Logs the user in on a desktop that appears on `screen`: a graphical session of logind with the user's own bus and
 * a notification daemon. It ends with `logOut`, or when the endpoint reboots.
 */
export async function logInOnDesktop(endpoint: LabEndpoint, screen: LabScreen): Promise<void> {
  await addUser(endpoint);
  const environment = ['XDG_SESSION_TYPE=x11', 'XDG_SEAT=seat0', `DISPLAY=${screen.display}`];
  await endpoint.execOrThrow([
    'systemd-run',
    '--quiet',
    `--unit=${DESKTOP}`,
    `--uid=${endpointUser.name}`,
    '--property=PAMName=login',
    ...environment.map((one) => `--setenv=${one}`),
    'sh',
    '-c',
    'exec /usr/lib/*/xfce4/notifyd/xfce4-notifyd',
  ]);
  await waitForSession(endpoint, 'x11');
  const { uid } = endpointUser;
  const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
  const bus = `unix:path=/run/user/${uid}/bus`;
  const owns =
    'gdbus call --session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus.NameHasOwner';
  const named = [...owns.split(' '), 'org.freedesktop.Notifications'];
  await waitFor(
    async () => {
      const { stdout, stderr } = await endpoint.exec([...asUser, ...named], {
        env: { DBUS_SESSION_BUS_ADDRESS: bus },
      });
      return stdout.includes('true') || Promise.reject(new Error(stderr));
    },
    { timeoutMs: LIMIT_MS, what: 'the notification daemon' },
  );
}

/** A terminal with the user's shell in it. */
export interface LabTerminal {
  /** Types a line and presses Enter. */
  type(line: string): Promise<void>;
  /** Everything that has appeared on it. */
  read(): Promise<string>;
}

/** Logs the user in on a terminal, where `patchbay` can be called. It ends with `logOut`, or a reboot. */
export async function logInOnTerminal(endpoint: LabEndpoint): Promise<LabTerminal> {
  await addUser(endpoint);
  await endpoint.writeFile(
    '/usr/local/bin/patchbay',
    `#!/bin/sh\nexec ${endpointPatchbay.join(' ')} "$@"\n`,
    '755',
  );
  // Opened for both, what is typed has no end.
  const log = `rm -f ${KEYBOARD}; mkfifo ${KEYBOARD}; exec script -qfc 'login -f ${endpointUser.name}' ${PAPER} <>${KEYBOARD}`;
  await endpoint.execOrThrow(['systemd-run', '--quiet', `--unit=${TERMINAL}`, 'sh', '-c', log]);
  await waitForSession(endpoint, 'tty');
  return {
    type: async (line) => {
      await endpoint.execOrThrow(['sh', '-c', `cat >${KEYBOARD}`], { input: `${line}\n` });
    },
    read: () => endpoint.readFile(PAPER),
  };
}

/** Ends the user's sessions. */
export async function logOut(endpoint: LabEndpoint): Promise<void> {
  await endpoint.exec(['loginctl', 'terminate-user', endpointUser.name]);
  await endpoint.exec(['systemctl', 'stop', DESKTOP, TERMINAL]);
  await waitFor(async () => (await sessions(endpoint)) === '', {
    timeoutMs: LIMIT_MS,
    what: 'the sessions to end',
  });
}

async function addUser(endpoint: LabEndpoint): Promise<void> {
  const { name, uid } = endpointUser;
  const add = `id ${name} 2>/dev/null || useradd --uid ${uid} --create-home --shell /bin/bash ${name}`;
  await endpoint.execOrThrow(['sh', '-c', add]);
}

async function waitForSession(endpoint: LabEndpoint, type: string): Promise<void> {
  await waitFor(
    async () => {
      const properties = await sessions(endpoint);
      if (properties.includes(`Type=${type}\nActive=yes`)) return true;
      throw new Error(properties);
    },
    { timeoutMs: LIMIT_MS, what: `a session of type ${type}` },
  );
}

/** What logind tells of the user's sessions. */
async function sessions(endpoint: LabEndpoint): Promise<string> {
  const show = `for one in $(loginctl list-sessions --no-legend | awk '/ ${endpointUser.name} /{print $1}'); do
  loginctl show-session --property=Type --property=Active "$one" || true
done`;
  return (await endpoint.exec(['sh', '-c', show])).stdout;
}
