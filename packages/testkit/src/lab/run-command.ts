import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';

export interface CommandResult {
  /** The exit code; 128 plus the number of the signal when a signal ended the process. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Written to standard input, which is then closed. */
  readonly input?: string | Uint8Array;
  /** The whole environment of the command; this process's own where absent. */
  readonly env?: Readonly<Record<string, string>>;
  /** After this many milliseconds the command's process group is killed (exit code 137). Default: 60,000. */
  readonly timeoutMs?: number;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** Runs a command without a shell and collects its output. Throws only when it cannot be started. */
export async function runCommand(
  command: readonly string[],
  { input = '', env, timeoutMs = 60_000 }: CommandOptions = {},
): Promise<CommandResult> {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { detached: true, ...(env && { env }) });
  const limit = setTimeout(() => killGroup(child.pid), timeoutMs);
  try {
    const exit = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? 'SIGKILL'] ?? 0)),
      );
    });
    // A command need not read its input.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [code, stdout, stderr] = await Promise.all([exit, buffer(child.stdout), buffer(child.stderr)]);
    return { code, stdout: stdout.toString(), stderr: stderr.toString() };
  } finally {
    clearTimeout(limit);
  }
}

/** As `runCommand`, and throws with the output when the command does not exit with 0. Returns its output. */
export async function runOrThrow(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  return outputOf(command, await runCommand(command, options));
}

/** The standard output of a finished command; throws with all its output when it did not exit with 0. */
export function outputOf(command: readonly string[], result: CommandResult): string {
  if (result.code === 0) return result.stdout;
  throw new Error(`${command.join(' ')}: exit code ${result.code}\n${result.stdout}${result.stderr}`);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
