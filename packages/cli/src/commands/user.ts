import { createdInvitation } from '@patchbay/contracts/invitation';
import { oneTimeLink, roleInput, user } from '@patchbay/contracts/user';
import { Argument, type Command, Option } from 'commander';
import { part } from '../api.ts';
import { api, reading, showList } from '../context.ts';
import { coloured, localTime, printJson, printLine } from '../print.ts';

const roles = roleInput.shape.role.options;

/** `patchbay user …`: who can sign in (S-01, S-02). */
export function addUserCommands(program: Command): void {
  const group = program.command('user').description('people who sign in');

  reading(group.command('list').description('list the users')).action(async (options: { json?: boolean }) => {
    const items = await api().list('/users', user);
    showList(
      items,
      options,
      [
        ['name', (item) => item.name],
        ['called', (item) => item.displayName],
        ['role', (item) => item.role],
        ['status', (item) => coloured(item.status)],
        ['last sign-in', (item) => localTime(item.lastSignInAt)],
      ],
      'No users yet: "patchbay user invite" is the first step.',
    );
  });

  reading(
    group
      .command('invite')
      .description('make a link with which somebody becomes a user; it is shown this once')
      .addOption(new Option('--role <role>', 'what they may do').choices(roles).makeOptionMandatory()),
  ).action(async (options: { role: string; json?: boolean }) => {
    const server = api();
    const made = await server.send('POST', '/invitations', { role: options.role }, createdInvitation);
    if (options.json) printJson(made);
    else showLink(server.url, made);
  });

  reading(
    group
      .command('reset-link')
      .description('make a link with which a user sets a new password; it is shown this once')
      .argument('<name>'),
  ).action(async (name: string, options: { json?: boolean }) => {
    const server = api();
    const made = await server.send('POST', `/users/${part(name)}/reset-link`, undefined, oneTimeLink);
    if (options.json) printJson(made);
    else showLink(server.url, made);
  });

  group
    .command('set-role')
    .description('give a user another role')
    .argument('<name>')
    .addArgument(new Argument('<role>').choices(roles))
    .action(async (name: string, role: string) => {
      const saved = await api().send('PUT', `/users/${part(name)}/role`, { role }, user);
      printLine(`The role of ${saved.name} is ${saved.role}.`);
    });

  group
    .command('disable')
    .description('end all sessions of a user and refuse new ones')
    .argument('<name>')
    .action(async (name: string) => {
      const saved = await api().send('POST', `/users/${part(name)}/disable`, undefined, user);
      printLine(`${saved.name} is disabled.`);
    });

  group
    .command('enable')
    .description('let a disabled user sign in again')
    .argument('<name>')
    .action(async (name: string) => {
      const saved = await api().send('POST', `/users/${part(name)}/enable`, undefined, user);
      printLine(`${saved.name} can sign in again.`);
    });
}

function showLink(url: string, { link, expiresAt }: { link: string; expiresAt: string }): void {
  printLine(new URL(link, url).href);
  printLine(`It works once, until ${localTime(expiresAt)}.`);
}
