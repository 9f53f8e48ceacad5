import { createWriteStream, mkdirSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '@patchbay/agent/log';
import { createLog } from '@patchbay/server/main';
import { CommandError, exitCode } from '../exit-code.ts';

/** A log that has grown beyond this is set aside at the next start. */
const keptBytes = 10 * 1024 * 1024;

/** What server and agent have to say, in one file of the data directory: the terminal is for the user. */
export interface StartLog {
  readonly file: string;
  readonly server: ReturnType<typeof createLog>;
  readonly agent: Log;
  close(): void;
}

/** Opens the log, and with it makes the data directory. */
export function openStartLog(dataDir: string): StartLog {
  const file = join(dataDir, 'patchbay.log');
  const fd = openFile(dataDir, file);
  const stream = createWriteStream(file, { fd });
  // A full disk must not end what works without a log.
  stream.on('error', () => undefined);
  const server = createLog(stream);
  const agent = server.child({ part: 'agent' });
  return {
    file,
    server,
    agent: (level, message, fields = {}) => agent[level](fields, message),
    close: () => stream.end(),
  };
}

function openFile(dataDir: string, file: string): number {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > keptBytes) renameSync(file, `${file}.1`);
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw new CommandError(
      exitCode.failed,
      `the data directory ${dataDir} cannot be used: ${(error as Error).message}. Set PATCHBAY_DATA_DIR to another one, or start as the user it belongs to.`,
    );
  }
}
