import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withFileLock } from './file-lock.ts';
import { debianCodename, debianSources } from './lab-available.ts';
import { runOrThrow } from './run-command.ts';

const PACKAGES = ['systemd-sysv', 'dbus', 'at', 'procps', 'util-linux'];
/** What a user's login and the notifications on a desktop take; the display itself is this machine's. */
const DESKTOP_PACKAGES = [
  'libpam-systemd',
  'dbus-user-session',
  'xfce4-notifyd',
  'libnotify-bin',
  'libglib2.0-bin',
  'fonts-dejavu-core',
];
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'];
const BUILD_LIMIT_MS = 10 * 60_000;

/** What a lab endpoint is: with `desktop`, users can log in there and be shown notifications. */
export type LabImageKind = 'server' | 'desktop';

/** Where the lab keeps its images and, while they run, its endpoints: outside the checkout. */
export function labDirectory(): string {
  return path.join(process.env['XDG_CACHE_HOME'] || '/var/cache', 'patchbay-lab');
}

/**
 * The root directory of the Debian that all lab endpoints start from: minbase of this machine's release with
 * systemd, dbus, `at` and procps, from this machine's own package sources; it names no package source itself;
 * one with `desktop` has what notifications take, too. Made once and kept; a change of the recipe or of the sources makes another. Several processes may ask at once.
 */
export async function prepareLabImage(kind: LabImageKind): Promise<string> {
  const images = path.join(labDirectory(), 'images');
  const codename = debianCodename();
  const sources = debianSources();
  const key = createHash('sha256').update(await readFile(import.meta.filename));
  for (const source of sources) key.update(await readFile(source));
  const image = path.join(images, `${codename}-${kind}-${key.digest('hex').slice(0, 12)}`);

  await mkdir(images, { recursive: true });
  return withFileLock(path.join(images, `lock-${kind}`), async () => {
    if ((await readdir(images)).includes(path.basename(image))) return image;
    const unfinished = `${image}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await build(unfinished, kind, codename, sources);
    await rename(unfinished, image);
    return image;
  });
}

async function build(
  root: string,
  kind: LabImageKind,
  codename: string,
  sources: readonly string[],
): Promise<void> {
  await runOrThrow(
    [
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--variant=minbase',
      `--include=${[...PACKAGES, ...(kind === 'desktop' ? DESKTOP_PACKAGES : [])].join(',')}`,
      ...LEFT_OUT.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      codename,
      root,
      ...sources,
    ],
    { timeoutMs: BUILD_LIMIT_MS },
  );
  for (const unwanted of [
    // Written anew for every endpoint.
    'etc/hostname',
    'etc/machine-id',
    'etc/apt/sources.list',
    'etc/apt/sources.list.d',
    // Periodic jobs would take apt's lock at times that no test chose.
    'etc/systemd/system/timers.target.wants',
  ]) {
    await rm(path.join(root, unwanted), { recursive: true, force: true });
  }
}
