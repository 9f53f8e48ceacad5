import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where dpkg keeps its database. */
export const dpkgDirectory = '/var/lib/dpkg';

/** Whether dpkg was interrupted: it then has updates that it has not entered into its database yet. */
export function isInterrupted(directory: string = dpkgDirectory): boolean {
  try {
    return readdirSync(join(directory, 'updates')).some((name) => /^\d+$/.test(name));
  } catch {
    return false;
  }
}
