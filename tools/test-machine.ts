import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A command that some tests run, and the Debian package it comes in. */
type Tool = {
  readonly command: string;
  readonly debianPackage: string;
  readonly stage: 'unit' | 'browser' | 'lab';
  readonly why: string;
};

const tools: readonly Tool[] = [
  { command: 'shellcheck', debianPackage: 'shellcheck', stage: 'unit', why: 'reads the shell scripts' },
  { command: 'chromium', debianPackage: 'chromium', stage: 'browser', why: 'looks at the console' },
  { command: 'chromium', debianPackage: 'chromium', stage: 'lab', why: 'looks at the console there, too' },
  { command: 'systemd-nspawn', debianPackage: 'systemd-container', stage: 'lab', why: 'boots the endpoints' },
  { command: 'mmdebstrap', debianPackage: 'mmdebstrap', stage: 'lab', why: 'makes the Debian they run' },
  { command: 'wine', debianPackage: 'wine', stage: 'lab', why: 'runs what is made for Windows' },
  {
    command: 'x86_64-w64-mingw32-gcc',
    debianPackage: 'gcc-mingw-w64-x86-64-win32',
    stage: 'lab',
    why: 'builds the helper for Windows',
  },
  { command: 'import', debianPackage: 'imagemagick', stage: 'lab', why: 'takes pictures of that screen' },
  { command: 'Xvfb', debianPackage: 'xvfb', stage: 'lab', why: 'is the screen of a desktop' },
  { command: 'xdotool', debianPackage: 'xdotool', stage: 'lab', why: 'clicks on that screen' },
  { command: 'dbus-daemon', debianPackage: 'dbus', stage: 'lab', why: 'is the bus of a desktop' },
  { command: 'gdbus', debianPackage: 'libglib2.0-bin', stage: 'lab', why: 'asks on that bus' },
  { command: 'notify-send', debianPackage: 'libnotify-bin', stage: 'lab', why: 'shows notifications' },
  { command: 'zenity', debianPackage: 'zenity', stage: 'lab', why: 'shows pop-up windows' },
  {
    command: 'xfce4-notifyd-config',
    debianPackage: 'xfce4-notifyd',
    stage: 'lab',
    why: 'draws the notifications',
  },
];

/** Installs what the tests of these stages need and this machine lacks, where that is possible. */
export function prepareMachine(stages: readonly string[]): void {
  const missing = tools.filter((tool) => stages.includes(tool.stage) && !isInstalled(tool.command));
  if (missing.length === 0) return;
  for (const tool of missing) console.log(`  missing: ${tool.command} (${tool.stage}: ${tool.why})`);
  if (!isRoot() || !isDebian()) {
    console.log('  not installed: only root on Debian can install it');
    return;
  }
  const packages = missing.map((tool) => tool.debianPackage);
  console.log(`  installing: ${packages.join(', ')}`);
  if (!aptGet('install', packages)) {
    aptGet('update', []);
    if (!aptGet('install', packages)) console.log('  apt-get could not install everything');
  }
}

function aptGet(action: string, packages: readonly string[]): boolean {
  const args = [action, '-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (status !== 0) console.log(stderr.trimEnd());
  return status === 0;
}

function isInstalled(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const isRoot = (): boolean => process.getuid?.() === 0;

function isDebian(): boolean {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release);
}
