import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where scripts and tools are looked for, whatever the agent itself was started with. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The program's full path, or null when it is not installed. */
export function findProgram(name: string): string | null {
  return (
    searchPath
      .split(':')
      .map((folder) => join(folder, name))
      .find(isExecutable) ?? null
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
