import { z } from 'zod';
import { readIfThere, type StatePaths } from './config.ts';
import { replaceFile } from './state-file.ts';

const connectionStatus = z.strictObject({
  pid: z.int(),
  connected: z.boolean(),
  /** When this began, as RFC 3339 text. */
  since: z.iso.datetime(),
  /** Why there is no connection. */
  problem: z.string().nullable(),
});
/** How the running agent last stood with its server. */
export type ConnectionStatus = z.infer<typeof connectionStatus>;

export async function writeConnectionStatus(paths: StatePaths, status: ConnectionStatus): Promise<void> {
  await replaceFile(paths.status, `${JSON.stringify(status)}\n`);
}

/** null when no agent has run yet, or its file is damaged. */
export async function readConnectionStatus(paths: StatePaths): Promise<ConnectionStatus | null> {
  const content = await readIfThere(paths.status);
  if (content === null) return null;
  try {
    return connectionStatus.parse(JSON.parse(content));
  } catch {
    return null;
  }
}
