import { rmSync } from 'node:fs';
import { AgentError } from '@patchbay/agent/agent-error';
import type { Cycle } from '@patchbay/contracts/cycle';
import { type Config, readConfig } from '@patchbay/server/config';
import { newToken } from '@patchbay/server/db/token-hash';
import { operatorMessage, startFromEnvironment } from '@patchbay/server/main';
import type { RunningServer } from '@patchbay/server/server';
import { openApi } from '../api.ts';
import { installationFile, readCredentials, saveCredentials } from '../credentials.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { printLine } from '../print.ts';
import { stage } from '../stage.ts';
import { type StopSignal, signalExitCode, stopSignal } from '../stop-signal.ts';
import { printNextSteps } from './next-steps.ts';
import { printFindings, rehearse } from './rehearsal.ts';
import { openStartLog, type StartLog } from './start-log.ts';
import { startThisMachine } from './this-machine.ts';

/**
 * `npm start`: from a checkout to a first rehearsed patch cycle on this machine, then up until a signal comes.
 * `once` ends after the rehearsal. Answers the exit code.
 *
 * @throws CommandError with words for the user; what is unexpected is in the log with all its particulars.
 */
export async function start(once: boolean): Promise<number> {
  const stop = stopSignal();
  try {
    const config = readConfig();
    const { dataDir } = config;
    const log = openStartLog(dataDir);
    try {
      return await Promise.race([startAndStop(config, log, stop, once), broken()]);
    } catch (error) {
      throw stop.aborted.aborted ? error : explained(error, log);
    } finally {
      log.close();
    }
  } catch (error) {
    if (stop.aborted.aborted) return signalExitCode(await stop.came);
    throw error;
  }
}

async function startAndStop(config: Config, log: StartLog, stop: StopSignal, once: boolean): Promise<number> {
  await using running = new AsyncDisposableStack();
  const { dataDir } = config;
  const known = knownToken(config);
  const server = await stage('Starting PostgreSQL and the server', () =>
    startFromEnvironment(log.server, known.token),
  );
  running.defer(() => server.stop());
  running.defer(() => {
    if (!once || stop.aborted.aborted) printLine('Stopping …');
  });
  stop.aborted.throwIfAborted();
  const api = openApi({ url: server.url, token: keepToken(dataDir, server, known) });
  const { agent, machine } = await stage(
    'Making this machine an endpoint that may only be rehearsed on',
    () => startThisMachine(api, dataDir, log.agent, stop.aborted),
  );
  running.defer(() => agent.stop());

  const ended = await rehearse(api, machine, stop.aborted);
  await printFindings(api, machine, ended);
  if (once) return exitCodeOf(ended);
  printNextSteps(server, log.file);
  const end = await Promise.race([stop.came, server.databaseEnded]);
  if (typeof end === 'string') return signalExitCode(end);
  throw new CommandError(exitCode.failed, `PostgreSQL has ended for good; ${log.file} says why`);
}

/** Rejects when something fails that nobody waits for. */
function broken(): Promise<never> {
  return new Promise((_, reject) => {
    process.once('uncaughtException', reject);
    process.once('unhandledRejection', reject);
  });
}

function explained(error: unknown, { server: log, file }: StartLog): unknown {
  if (error instanceof CommandError) return error;
  log.fatal({ err: error }, 'the start failed');
  const message = error instanceof AgentError ? error.message : operatorMessage(error);
  if (message !== null) return new CommandError(exitCode.failed, message);
  const words = error instanceof Error ? error.message : String(error);
  return new CommandError(
    exitCode.failed,
    `this should not have happened: ${words}\nThe log has more: ${file}`,
  );
}

/** A token for this installation; `fresh`: made just now, and not known to any server. */
interface KnownToken {
  readonly token: string;
  readonly fresh: boolean;
}

/**
 * The token of this installation, or one that is to become it. It is kept, for this user only, before the server
 * learns of it: a start that is killed in between finds it again.
 */
function knownToken({ dataDir, port }: Config): KnownToken {
  const file = installationFile(dataDir);
  const kept = readCredentials(file);
  if (kept !== null) return { token: kept.token, fresh: false };
  const token = newToken('patchbay_api');
  saveCredentials(file, { url: `http://localhost:${port}`, token });
  return { token, fresh: true };
}

/** Keeps the token with the address that the server has now, and returns it. */
function keepToken(dataDir: string, { url, firstToken }: RunningServer, known: KnownToken): string {
  const file = installationFile(dataDir);
  const token = firstToken ?? (known.fresh ? process.env.PATCHBAY_TOKEN : known.token);
  if (token === undefined) {
    rmSync(file);
    throw new CommandError(
      exitCode.usage,
      `this installation has API tokens, but none is kept in ${file}: set PATCHBAY_TOKEN to one of an administrator`,
    );
  }
  saveCredentials(file, { url, token });
  return token;
}

function exitCodeOf({ result }: Cycle): number {
  return result === 'succeeded' || result === 'partial' ? exitCode.done : exitCode.failed;
}
