import type { Command } from 'commander';
import { stopSignal } from '../stop-signal.ts';

/** `patchbay server` and `start`. The server's code is loaded only when it is asked for. */
export function addServerCommands(program: Command): void {
  program
    .command('server')
    .description('run a server node until it is stopped; its environment is explained in docs/operations.md')
    .action(async () => {
      const { runServer } = await import('@patchbay/server/main');
      process.exitCode = await runServer(stopSignal().came);
    });

  program
    .command('start')
    .description('start everything on this machine and rehearse a patch cycle on it')
    .option('--once', 'end after the rehearsal, with its result')
    .action(async (options: { once?: boolean }) => {
      const { start } = await import('../start/start.ts');
      process.exitCode = await start(options.once ?? false);
    });
}
