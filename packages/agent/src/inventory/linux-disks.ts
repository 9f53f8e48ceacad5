import { statfs } from 'node:fs/promises';
import type { Inventory } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';

/** A mounted file system. */
export interface Mount {
  readonly source: string;
  readonly directory: string;
  readonly type: string;
}

/** Images that are mounted read only and always full. */
const imageTypes = new Set(['squashfs', 'iso9660', 'erofs']);
const poolTypes = new Set(['zfs', 'btrfs', 'bcachefs']);

/** Reads `/proc/self/mounts`. */
export function parseMounts(content: string): Mount[] {
  return content.split('\n').flatMap((line) => {
    const [source, directory, type] = line.split(' ').map(unescapeOctal);
    return source && directory && type ? [{ source, directory, type }] : [];
  });
}

/**
 * The file systems whose space matters: the root, and the local ones on a device or in a pool, each once. Network file
 * systems are left out: asking one whose server is away hangs.
 */
export function localMounts(mounts: readonly Mount[]): Mount[] {
  const bySource = new Map<string, Mount>();
  const local = mounts.filter(
    ({ source, directory, type }) =>
      directory === '/' || (!imageTypes.has(type) && (source.startsWith('/dev/') || poolTypes.has(type))),
  );
  // Mounted several times (bind mounts): the shortest path is the place that people know.
  for (const mount of local.sort((a, b) => a.directory.length - b.directory.length)) {
    if (!bySource.has(mount.source)) bySource.set(mount.source, mount);
  }
  return [...bySource.values()];
}

/** Size and free space of the local file systems, in bytes. */
export async function linuxDisks(mountTable: string): Promise<Inventory['disks']> {
  const disks = await Promise.all(
    localMounts(parseMounts(mountTable)).map(async ({ directory }) => {
      const space = await readSpace(directory);
      return space ? [{ mount: clipText(directory, 500), ...space }] : [];
    }),
  );
  return disks.flat().slice(0, 500);
}

/** Size of the file system below a path and what is free there for unprivileged users; null: not readable. */
export async function readSpace(path: string): Promise<{ totalBytes: number; freeBytes: number } | null> {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  } catch {
    return null;
  }
}

/** Blanks in mount tables are written as `\040`. */
function unescapeOctal(field: string): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
