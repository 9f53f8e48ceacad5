import type { Command } from 'commander';
import { CommandError, exitCode } from '../exit-code.ts';

/** `patchbay server` and `start`. The server's code is loaded only when it is asked for. */
export function addServerCommands(program: Command): void {
  program
    .command('server')
    .description('run a server node until it is stopped; its environment is explained in docs/operations.md')
    .action(async () => {
      const { runServer } = await import('@patchbay/server/main');
      process.exitCode = await runServer();
    });

  program
    .command('start')
    .description('start everything on this machine and rehearse a patch cycle on it')
    .option('--once', 'end after the rehearsal, with its result')
    .action(async (options: { once?: boolean }) => {
      const { start } = await import('../start/start.ts');
      const { operatorMessage } = await import('@patchbay/server/main');
      const { AgentError } = await import('@patchbay/agent/agent-error');
      try {
        process.exitCode = await start(options.once ?? false);
      } catch (error) {
        const message = error instanceof AgentError ? error.message : operatorMessage(error);
        throw message === null ? error : new CommandError(exitCode.failed, message);
      }
    });
}
