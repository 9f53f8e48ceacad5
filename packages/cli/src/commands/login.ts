import { whoami } from '@patchbay/contracts/whoami';
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { api, reading } from '../context.ts';
import { checkAddress, checkCredentials, loginFile, saveCredentials } from '../credentials.ts';
import { printFields, printJson, printLine } from '../print.ts';
import { readToken } from '../read-token.ts';

/** `patchbay login` and `whoami`. The token is read from standard input, never from the command line. */
export function addLoginCommands(program: Command): void {
  program
    .command('login')
    .description('keep the address of a server and an API token for later calls')
    .requiredOption('--server <url>', 'such as https://patchbay.example.com')
    .action(async ({ server }: { server: string }) => {
      checkAddress(server);
      const token = process.env.PATCHBAY_TOKEN ?? (await readToken());
      const credentials = checkCredentials({ url: server, token });
      const me = await openApi(credentials).get('/whoami', whoami);
      saveCredentials(loginFile(), credentials);
      printLine(`Signed in as ${me.name} (${me.role}).`);
    });

  reading(program.command('whoami').description('who the server takes you for')).action(
    async (options: { json?: boolean }) => {
      const server = api();
      const me = await server.get('/whoami', whoami);
      if (options.json) return printJson(me);
      printFields([
        ['server', server.url],
        ['name', me.name],
        ['role', me.role],
        ['may', me.actions.join(', ')],
      ]);
    },
  );
}
