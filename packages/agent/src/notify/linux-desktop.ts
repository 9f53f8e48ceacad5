import { resolveAccount } from '../execute/run-as.ts';
import type { ToolOptions, ToolResult } from '../execute/run-tool.ts';
import { notifierVariable } from './linux-processes.ts';
import type { LinuxSession, RunTool } from './linux-session.ts';

/** Runs programs on a user's desktop as that user: never as root on somebody's display or bus. */
export interface Desktop {
  run(command: readonly string[], options: ToolOptions): Promise<ToolResult>;
  /** What a program prints that answers at once; null when it is missing, fails or takes too long. */
  ask(command: readonly string[]): Promise<string | null>;
}

const askLimitMs = 3000;

/**
 * The desktop of a session. `mark` finds the programs again that a notifier has left behind.
 *
 * What the user's programs have in their environment is set only after the change to that user, by `env`: whatever
 * runs as root never sees it.
 */
export function openDesktop(
  runTool: RunTool,
  session: Pick<LinuxSession, 'user' | 'uid' | 'environment'>,
  mark: string,
): Desktop {
  const run = async (command: readonly string[], options: ToolOptions): Promise<ToolResult> => {
    const account = await resolveAccount(session.user);
    if (account.uid !== session.uid)
      throw new Error(`${session.user} is not the user ${session.uid} any more`);
    const variables = {
      HOME: account.home,
      USER: account.name,
      LOGNAME: account.name,
      ...session.environment,
      // Texts come in their language already; the programs' own words are read by the agent.
      LC_ALL: 'C.UTF-8',
      [notifierVariable]: mark,
    };
    const [program = 'env', ...args] = [
      ...account.become,
      'env',
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      ...command,
    ];
    return runTool(program, args, options);
  };
  return {
    run,
    ask: async (command) => {
      try {
        const { code, stdout } = await run(command, { timeoutMs: askLimitMs });
        return code === 0 ? stdout.trim() : null;
      } catch {
        return null;
      }
    },
  };
}

/** The command that calls a method on the session's bus; a destination that does not run is not started. */
export function busCall(
  destination: string,
  path: string,
  method: string,
  ...args: readonly string[]
): readonly string[] {
  const target = ['--session', '--dest', destination, '--object-path', path, '--method', method];
  return ['gdbus', 'call', ...target, ...args];
}
