import { z } from 'zod';
import { readIfThere, type StatePaths } from './config.ts';
import { replaceFile } from './state-file.ts';

const scanTime = z.strictObject({ lastScanAt: z.int() });

/** When this endpoint was last scanned, in epoch milliseconds; null: never, or nobody knows. */
export async function readScanTime(paths: StatePaths): Promise<number | null> {
  try {
    const content = await readIfThere(paths.scan);
    return content === null ? null : scanTime.parse(JSON.parse(content)).lastScanAt;
  } catch {
    return null;
  }
}

export async function writeScanTime(paths: StatePaths, lastScanAt: number): Promise<void> {
  await replaceFile(paths.scan, `${JSON.stringify({ lastScanAt })}\n`);
}
