import { once } from 'node:events';
import { type Logger, pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { SecretKeyError } from './db/secrets.ts';
import { DatabaseSetupError } from './db/setup-error.ts';
import { type RunningServer, startServer } from './server.ts';

/** A log in JSON lines on a stream, by default standard output; it never holds a token. */
export function createLog(destination?: NodeJS.WritableStream): Logger {
  const options = { redact: ['req.headers.authorization', 'headers.authorization', 'token'] };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Starts a server as the environment says; throws what {@link operatorMessage} explains. */
export function startFromEnvironment(log: Logger, makeFirstToken: boolean): Promise<RunningServer> {
  return startServer({ config: readConfig(), log, makeFirstToken });
}

/** What an operator is told of a start that failed; null for what is a fault of the program. */
export function operatorMessage(error: unknown): string | null {
  const known =
    error instanceof ConfigError || error instanceof SecretKeyError || error instanceof DatabaseSetupError;
  if (known) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL' ? `${message}.` : null;
}

/** `patchbay server`: serves until it is told to end by SIGINT or SIGTERM. Resolves with the exit code. */
export async function runServer(): Promise<number> {
  const log = createLog();
  let server: RunningServer;
  try {
    server = await startFromEnvironment(log, false);
  } catch (error) {
    const message = operatorMessage(error);
    if (message === null) throw error;
    process.stderr.write(`${message}\n`);
    return 1;
  }
  // Not in the log, which is kept longer than the link is good for, and read by more people.
  if (server.firstLink !== null) {
    process.stderr.write(
      `There is no user yet. This link makes the first administrator; it works once, for 24 hours:\n  ${server.firstLink}\n`,
    );
  }
  const ending = await Promise.race([
    once(process, 'SIGINT').then(() => 'told' as const),
    once(process, 'SIGTERM').then(() => 'told' as const),
    server.databaseEnded.then((end) => (end.reason === 'failed' ? end.error : ('told' as const))),
  ]);
  if (ending !== 'told') log.fatal({ err: ending }, 'The database has ended');
  await server.stop();
  return ending === 'told' ? 0 : 1;
}
