import { busCall, type Desktop } from './linux-desktop.ts';

const notifications = 'org.freedesktop.Notifications';
const gnomeSession = 'org.gnome.SessionManager';
const kdePower = 'org.kde.Solid.PowerManagement.PolicyAgent';

/**
 * Whether a desktop's user does not want to be disturbed: "do not disturb" of the notification daemon, GNOME or
 * Xfce, or a program that keeps the screen awake, as presentations and films do. What cannot be found out is a no.
 */
export async function isBusy(desktop: Desktop, desktopName: string): Promise<boolean> {
  const names = await desktop.ask(
    busCall('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.ListNames'),
  );
  if (names === null) return false;
  const signs: (readonly [command: readonly string[], busy: string])[] = [];
  // Asking one that does not run would start it.
  if (names.includes(`'${notifications}'`)) {
    const property = [notifications, 'Inhibited'];
    const get = 'org.freedesktop.DBus.Properties.Get';
    signs.push([busCall(notifications, '/org/freedesktop/Notifications', get, ...property), '(<true>,)']);
  }
  // 8: the session must not become idle.
  if (names.includes(`'${gnomeSession}'`)) {
    const method = `${gnomeSession}.IsInhibited`;
    signs.push([busCall(gnomeSession, '/org/gnome/SessionManager', method, '8'), '(true,)']);
  }
  // 4: the screen must not change.
  if (names.includes(`'${kdePower}'`)) {
    const path = '/org/kde/Solid/PowerManagement/PolicyAgent';
    signs.push([busCall(kdePower, path, `${kdePower}.HasInhibition`, '4'), '(true,)']);
  }
  if (/gnome/i.test(desktopName)) {
    signs.push([['gsettings', 'get', 'org.gnome.desktop.notifications', 'show-banners'], 'false']);
  }
  if (/xfce/i.test(desktopName)) {
    signs.push([['xfconf-query', '--channel', 'xfce4-notifyd', '--property', '/do-not-disturb'], 'true']);
  }
  const answers = await Promise.all(
    signs.map(async ([command, busy]) => (await desktop.ask(command)) === busy),
  );
  return answers.includes(true);
}
