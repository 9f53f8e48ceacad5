import { constants, copyFile, type FileHandle, open, stat, truncate } from 'node:fs/promises';

const largestBytes = 10 * 1024 * 1024;
const tailBytes = 2_000;

/** Opens the log for appending; PostgreSQL inherits it, so the file needs no permission for its account. */
export async function openLogFile(file: string): Promise<FileHandle> {
  return await open(
    file,
    constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
    0o600,
  );
}

/**
 * Keeps the log bounded: when it is large, its text moves to `<file>.1`. PostgreSQL has the file open for
 * appending, so it is emptied, not renamed; lines written during the copy are lost.
 */
export async function rotateLogFile(file: string): Promise<void> {
  const { size } = await stat(file);
  if (size < largestBytes) return;
  await copyFile(file, `${file}.1`);
  await truncate(file);
}

/** The end of what was logged since the file had `from` bytes, for the message about a start that failed. */
export async function readLogTail(file: string, from: number): Promise<string> {
  const log = await open(file, 'r');
  try {
    const { size } = await log.stat();
    const position = Math.max(from, size - tailBytes);
    const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(tailBytes), position });
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await log.close();
  }
}
