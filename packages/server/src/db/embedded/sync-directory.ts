import { open } from 'node:fs/promises';

/** Makes the names in the directory (made, renamed or removed ones) survive a loss of power. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
