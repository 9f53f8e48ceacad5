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

/**
 * Starts a server as the environment says; throws what {@link operatorMessage} explains. While there is no API token at
 * all, `firstToken` becomes an administrator's, unless the environment names another one.
 */
export function startFromEnvironment(log: Logger, firstToken: string | null): Promise<RunningServer> {
  const config = readConfig();
  return startServer({ config: { ...config, adminToken: config.adminToken ?? firstToken }, log });
}

/** What an operator is told of a start that failed; null for what is a fault of the program. */
export function operatorMessage(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (
    error instanceof ConfigError ||
    error instanceof SecretKeyError ||
    error instanceof DatabaseSetupError
  ) {
    return error.message;
  }
  const { code, syscall, address, port, severity } = error as Partial<SystemError & DatabaseError> & Error;
  if (code === 'EADDRINUSE') {
    return `Port ${port} of ${address} is taken: end what listens there, or set PATCHBAY_PORT to another one (0: any free one).`;
  }
  if (code === 'EADDRNOTAVAIL') {
    return `${address} is not an address of this machine: set PATCHBAY_HOST to one.`;
  }
  if (severity !== undefined) return `The database refuses: ${error.message}.`;
  // A name with several addresses has an error for each, and none of its own.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  if (first instanceof Error) return operatorMessage(first);
  if (syscall === 'connect') return `The database cannot be reached: ${error.message}.`;
  if (syscall === 'getaddrinfo') return `${error.message}: check PATCHBAY_HOST and DATABASE_URL.`;
  return syscall === undefined ? null : `${error.message}.`;
}

type SystemError = { code: string; syscall: string; address: string; port: number };
type DatabaseError = { severity: string };

/** `patchbay server`: serves until `stopped` resolves. Resolves with the exit code. */
export async function runServer(stopped: Promise<unknown>): Promise<number> {
  const log = createLog();
  let server: RunningServer;
  try {
    server = await startFromEnvironment(log, null);
  } catch (error) {
    const message = operatorMessage(error);
    if (message === null) log.fatal({ err: error }, 'The server could not be started');
    process.stderr.write(`${message ?? 'The server could not be started; its log says why.'}\n`);
    return 1;
  }
  // Not in the log, which is kept longer than the link is good for, and read by more people.
  if (server.firstLink !== null) {
    process.stderr.write(
      `There is no user yet. This link makes the first administrator; it works once, for 24 hours:\n  ${server.firstLink}\n`,
    );
  }
  const ending = await Promise.race([
    stopped.then(() => 'told' as const),
    server.databaseEnded.then((end) => (end.reason === 'failed' ? end.error : ('told' as const))),
  ]);
  if (ending !== 'told') log.fatal({ err: ending }, 'The database has ended');
  await server.stop();
  return ending === 'told' ? 0 : 1;
}
