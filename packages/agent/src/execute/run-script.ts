import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ScriptWork } from '@patchbay/contracts/activity-order';
import { cleanText } from '../clean-text.ts';
import { hasCode, messageOf } from '../error-code.ts';
import type { OutputStream } from '../spool.ts';
import { parseFacts } from './facts.ts';
import { findInterpreter } from './interpreter.ts';
import { Masker, maskText } from './mask.ts';
import { NotStarted } from './not-started.ts';
import { OutputPipes } from './output-pipes.ts';
import { endTree, findTree, markVariable, type TreeMark } from './process-tree.ts';
import { type Account, resolveAccount } from './run-as.ts';
import { inScope, scopeUnit } from './scope.ts';
import { searchPath } from './search-path.ts';
import { WorkDirectory } from './work-directory.ts';

export interface ScriptOptions {
  readonly activity: string;
  readonly endpoint: string;
  /** The folder of `makeWorkRoot`. */
  readonly workRoot: string;
  /** Whether the script gets a systemd scope (`canUseScopes`). */
  readonly useScope: boolean;
  /** How long the process tree has between SIGTERM and SIGKILL, in milliseconds. */
  readonly graceMs: number;
  /** Ends the process tree (W-13). */
  readonly signal: AbortSignal;
  /** Takes the script's output, secrets masked. */
  readonly onOutput: (stream: OutputStream, chunk: Buffer) => void;
}

/** What a script came to; `stopped`: its tree was ended because of `signal`. */
export type ScriptEnd =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly facts: Record<string, string> }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'notStarted'; readonly reason: string };

/** Runs a script and answers what it came to; never rejects. */
export type ScriptRunner = (work: ScriptWork, options: ScriptOptions) => Promise<ScriptEnd>;

/** After a script has ended its pipes are read until they are quiet this long, at most {@link drainMs}. */
const quietMs = 200;
const drainMs = 2000;

/** How the processes of an activity's script are found, by this agent or by the next one after a crash. */
export function scriptTree(endpoint: string, activity: string, useScope: boolean): TreeMark {
  return {
    mark: `${endpoint}/${activity}`,
    unit: useScope ? scopeUnit(`${activity}-${endpoint.slice(0, 8)}`) : null,
  };
}

/**
 * Runs a script (E-07): in a process tree of its own that is ended whole on timeout or stop, with a clean environment,
 * stdin empty, a working directory of its own that is removed afterwards, as the run-as user. Never rejects for
 * what is wrong with the script or the endpoint.
 */
export async function runScript(work: ScriptWork, options: ScriptOptions): Promise<ScriptEnd> {
  let directory: WorkDirectory | undefined;
  try {
    const account = await resolveAccount(work.runAs);
    const interpreter = findInterpreter(work.interpreter);
    directory = await WorkDirectory.create(options.workRoot, {
      activity: options.activity,
      account,
      scriptName: interpreter.fileName,
      content: work.content,
    });
    return await runIn(directory, interpreter.command(directory.script), work, account, options);
  } catch (error) {
    // Before the script has begun, everything that goes wrong here is the endpoint's state: no space, no such user.
    return { kind: 'notStarted', reason: cleanText(messageOf(error), 1000) };
  } finally {
    await directory?.remove();
  }
}

async function runIn(
  directory: WorkDirectory,
  command: readonly string[],
  work: ScriptWork,
  account: Account,
  options: ScriptOptions,
): Promise<ScriptEnd> {
  const secrets = work.secretNames.map((name) => work.environment[name] ?? '');
  const maskers = { stdout: new Masker(secrets), stderr: new Masker(secrets) };
  const take = (stream: OutputStream, chunk: Buffer): void => {
    const masked = maskers[stream].push(chunk);
    if (masked.length > 0) options.onOutput(stream, masked);
  };
  const tree = scriptTree(options.endpoint, options.activity, options.useScope);
  const environment = {
    PATH: searchPath,
    LANG: 'C.UTF-8',
    HOME: account.home,
    USER: account.name,
    LOGNAME: account.name,
    ...work.environment,
    PATCHBAY_ACTIVITY: options.activity,
    PATCHBAY_FACTS: directory.factsFile,
    [markVariable]: tree.mark,
  };
  const pipes = await OutputPipes.create(directory, take);
  const whole = [...account.become, ...announce, ...command];
  const argv = tree.unit === null ? whole : inScope(tree.unit, whole);
  const end = await superviseScript(startChild(argv, directory.cwd, environment, pipes), tree, work, options);
  await pipes.drained(quietMs, drainMs);
  pipes.discard();
  const answer = end.kind === 'exited' ? await withFacts(end.exitCode, directory, secrets, take) : end;
  for (const stream of ['stdout', 'stderr'] as const) {
    const rest = maskers[stream].end();
    if (rest.length > 0) options.onOutput(stream, rest);
  }
  return answer;
}

/** Says on descriptor 3 that the way to the script is free, so that a failure of systemd-run or setpriv is told apart. */
const announce = ['/bin/sh', '-c', 'echo >&3; exec 3>&- "$@"', 'sh'];

function startChild(
  [program = '', ...args]: readonly string[],
  cwd: string,
  env: Record<string, string>,
  pipes: OutputPipes,
): ChildProcess {
  try {
    // Detached: a session and process group of its own.
    return spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', ...pipes.writeEnds, 'pipe'] });
  } catch (error) {
    const isTooLong = hasCode(error, 'E2BIG');
    throw isTooLong ? new NotStarted('the parameters are too long for this operating system') : error;
  } finally {
    pipes.closeWriteEnds();
  }
}

type Ending = { kind: 'exited'; exitCode: number } | Exclude<ScriptEnd, { kind: 'exited' }>;

/** Waits for the script's end, or makes one: the whole tree on timeout and stop, nothing but the script otherwise. */
async function superviseScript(
  child: ChildProcess,
  tree: TreeMark,
  work: ScriptWork,
  { signal, graceMs }: ScriptOptions,
): Promise<Ending> {
  const begun = isAnnounced(child);
  const exited = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, killedBy) => resolve({ kind: 'exited', exitCode: exitCodeOf(code, killedBy) }));
  });
  const ended = (kind: 'timedOut' | 'stopped') => async (): Promise<Ending> => {
    await endTree(() => findTree(tree, child.pid ?? null), graceMs);
    return { kind };
  };
  const cut = cutShort(signal, work.timeoutMs);
  const ending = await Promise.race([
    exited.then((end) => () => Promise.resolve(end)),
    cut.promise.then(ended),
  ]);
  cut.cancel();
  const end = await ending();
  if (end.kind !== 'exited' || (await begun)) return end;
  return {
    kind: 'notStarted',
    reason: `the script could not be started (exit code ${end.exitCode} on the way to it); its output may say why`,
  };
}

/** Whether the announcement came, known once nobody can make it any more. */
function isAnnounced(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    let isThere = false;
    child.stdio[3]?.on('data', () => {
      isThere = true;
    });
    child.stdio[3]?.on('error', () => {});
    child.stdio[3]?.on('close', () => resolve(isThere));
  });
}

function cutShort(
  signal: AbortSignal,
  timeoutMs: number,
): { promise: Promise<'timedOut' | 'stopped'>; cancel: () => void } {
  let cancel = (): void => {};
  const promise = new Promise<'timedOut' | 'stopped'>((resolve) => {
    const stop = (): void => resolve('stopped');
    const timer = setTimeout(() => resolve('timedOut'), timeoutMs);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    cancel = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
  });
  return { promise, cancel };
}

/** As shells have it: 128 and the signal's number for a script that a signal has ended. */
function exitCodeOf(code: number | null, killedBy: NodeJS.Signals | null): number {
  return code ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]);
}

async function withFacts(
  exitCode: number,
  directory: WorkDirectory,
  secrets: readonly string[],
  take: (stream: OutputStream, chunk: Buffer) => void,
): Promise<ScriptEnd> {
  const { facts, problems } = parseFacts(await directory.readFacts());
  for (const problem of problems) take('stderr', Buffer.from(`patchbay: facts: ${problem}\n`));
  const masked = Object.entries(facts).map(([name, value]) => [name, maskText(secrets, value)]);
  return { kind: 'exited', exitCode, facts: Object.fromEntries(masked) };
}
