import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from '@patchbay/agent/agent';
import { jsonLog } from '@patchbay/agent/log';
import type { Cycle } from '@patchbay/contracts/cycle';
import { readConfig } from '@patchbay/server/config';
import { createLog, startFromEnvironment } from '@patchbay/server/main';
import type { RunningServer } from '@patchbay/server/server';
import pc from 'picocolors';
import { openApi } from '../api.ts';
import { installationFile, readCredentials, saveCredentials } from '../credentials.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { coloured, printLine } from '../print.ts';
import { stage } from '../stage.ts';
import { stopSignal } from '../stop-signal.ts';
import { printFindings, rehearse } from './rehearsal.ts';
import { startThisMachine } from './this-machine.ts';

/**
 * `npm start`: from a checkout to a first rehearsed patch cycle on this machine, then up until a signal comes.
 * `once` ends after the rehearsal. Answers the exit code.
 */
export async function start(once: boolean): Promise<number> {
  const stopped = stopSignal();
  const { dataDir } = readConfig();
  await mkdir(dataDir, { recursive: true });
  const logFile = join(dataDir, 'patchbay.log');
  const logStream = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  const log = createLog(logStream);
  let server: RunningServer | null = null;
  let agent: Agent | null = null;
  try {
    const running = await stage('Starting PostgreSQL and the server', () => startFromEnvironment(log, true));
    server = running;
    const api = openApi({ url: running.url, token: keepToken(dataDir, running) });
    const local = await stage('Making this machine an endpoint (it may be rehearsed on, nothing else)', () =>
      startThisMachine(
        api,
        join(dataDir, 'agent'),
        jsonLog(
          (line) => logStream.write(line),
          () => new Date(),
        ),
      ),
    );
    agent = local.agent;
    printLine(
      `\nRehearsing a patch cycle on ${pc.bold(local.machine.name)} (${local.machine.osName} ${local.machine.osVersion}):`,
    );
    const ended = await Promise.race([rehearse(api, local.machine), stopped]);
    if (typeof ended === 'string') return signalCode(ended);
    printLine();
    await printFindings(api, local.machine, ended);
    printLine(`The rehearsal ${coloured(ended.result ?? 'failed')}.`);
    if (once) return codeOf(ended);
    printNextSteps(running, logFile);
    const end = await Promise.race([stopped, running.databaseEnded]);
    if (typeof end === 'string') return signalCode(end);
    throw new CommandError(exitCode.failed, `the database has ended; see ${logFile}`);
  } finally {
    if (!once) printLine('Stopping …');
    await agent?.stop();
    await server?.stop();
    logStream.end();
  }
}

/** The token for this installation: made at its first start, kept for this user only. */
function keepToken(dataDir: string, { url, firstToken }: RunningServer): string {
  const file = installationFile(dataDir);
  const token = firstToken ?? process.env.PATCHBAY_TOKEN ?? readCredentials(file)?.token;
  if (token === undefined) {
    throw new CommandError(
      exitCode.usage,
      `this installation has API tokens, but none is kept in ${file}: set PATCHBAY_TOKEN to one of an administrator`,
    );
  }
  saveCredentials(file, { url, token });
  return token;
}

function printNextSteps({ url, firstLink }: RunningServer, logFile: string): void {
  printLine(`\nPatchbay is up at ${pc.bold(url)}.`);
  if (firstLink !== null) {
    printLine(`Sign in: ${pc.bold(firstLink)}`);
    printLine(pc.dim('  The link makes the first administrator; it works once, for 24 hours.'));
  }
  printLine('Next:');
  const steps = [
    ['npx patchbay endpoint list', 'what is managed'],
    ['npx patchbay run list', 'what was done, and why'],
    ['npx patchbay workflow list', 'the library'],
    ['npx patchbay enrolment-token create', 'let another machine join'],
  ] as const;
  for (const [command, what] of steps) printLine(`  ${command.padEnd(38)} ${pc.dim(what)}`);
  printLine(
    pc.dim(`The log is in ${logFile}. Ctrl-C stops everything; the next start finds its data again.`),
  );
}

function codeOf(ended: Cycle): number {
  return ended.result === 'succeeded' || ended.result === 'partial' ? exitCode.done : exitCode.failed;
}

function signalCode(signal: NodeJS.Signals): number {
  return signal === 'SIGINT' ? 130 : 143;
}
