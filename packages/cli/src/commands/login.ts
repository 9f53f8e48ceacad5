import { createInterface } from 'node:readline/promises';
import { whoami } from '@patchbay/contracts/whoami';
import type { Command } from 'commander';
import { openApi } from '../api.ts';
import { api, reading } from '../context.ts';
import { loginFile, saveCredentials } from '../credentials.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { printFields, printJson, printLine } from '../print.ts';

/** `patchbay login` and `whoami`. The token is read from standard input, never from the command line. */
export function addLoginCommands(program: Command): void {
  program
    .command('login')
    .description('keep the address of a server and an API token for later calls')
    .requiredOption('--server <url>')
    .action(async (options: { server: string }) => {
      const token = process.env.PATCHBAY_TOKEN ?? (await readToken());
      if (!URL.canParse(options.server))
        throw new CommandError(exitCode.usage, `"${options.server}" is not an address`);
      const credentials = { url: options.server, token };
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

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('API token (it will be visible): ');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) return line.trim();
  throw new CommandError(exitCode.usage, 'no token was given on standard input');
}
