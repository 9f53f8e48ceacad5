import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a rename or a new file in this folder survive a power loss. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Puts a whole file in the place of what was there, readable by the agent's user only: after a crash there is either
 * the old content or the new.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const file = await openReplacement(path, content);
  await file.close();
}

/** Like {@link replaceFile}, and answers the new file open for reading and writing. */
export async function openReplacement(path: string, content: string): Promise<FileHandle> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx+', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await rename(draft, path);
    await syncFolder(dirname(path));
    return file;
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
}
