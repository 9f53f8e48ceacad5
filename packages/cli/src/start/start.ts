import { AgentError } from '@patchbay/agent/agent-error';
import type { Cycle } from '@patchbay/contracts/cycle';
import { readConfig } from '@patchbay/server/config';
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
    const { dataDir } = readConfig();
    const log = openStartLog(dataDir);
    try {
      return await Promise.race([startAndStop(dataDir, log, stop, once), broken()]);
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

async function startAndStop(
  dataDir: string,
  log: StartLog,
  stop: StopSignal,
  once: boolean,
): Promise<number> {
  await using running = new AsyncDisposableStack();
  const server = await stage('Starting PostgreSQL and the server', () =>
    startFromEnvironment(log.server, true),
  );
  running.defer(() => server.stop());
  running.defer(() => {
    if (!once || stop.aborted.aborted) printLine('Stopping …');
  });
  stop.aborted.throwIfAborted();
  const api = openApi({ url: server.url, token: keepToken(dataDir, server) });
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

/** The token for this installation: made at its first start, kept for this user only. */
function keepToken(dataDir: string, { url, firstToken }: RunningServer): string {
  const file = installationFile(dataDir);
  const token = firstToken ?? readCredentials(file)?.token ?? process.env.PATCHBAY_TOKEN;
  if (token === undefined) {
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
