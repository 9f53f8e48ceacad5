import { z } from 'zod';
import { readIfThere, type StatePaths } from './config.ts';
import { replaceFile } from './state-file.ts';

const lastScan = z.strictObject({ at: z.int(), bootId: z.string() });
/** When this endpoint was last scanned, in epoch milliseconds, and in which boot. */
export type LastScan = z.infer<typeof lastScan>;

/** null: never since its enrolment, or nobody knows. */
export async function readLastScan(paths: StatePaths): Promise<LastScan | null> {
  try {
    const content = await readIfThere(paths.scan);
    return content === null ? null : lastScan.parse(JSON.parse(content));
  } catch {
    return null;
  }
}

export async function writeLastScan(paths: StatePaths, scan: LastScan): Promise<void> {
  await replaceFile(paths.scan, `${JSON.stringify(scan)}\n`);
}
