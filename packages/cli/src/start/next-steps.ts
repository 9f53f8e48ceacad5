import type { RunningServer } from '@patchbay/server/server';
import { pc } from '../colours.ts';
import { loginFile, readCredentials } from '../credentials.ts';
import { printLine } from '../print.ts';

const commands = [
  ['endpoint list', 'what is managed'],
  ['run list', 'what was done, and why'],
  ['workflow list', 'the library'],
  ['enrolment-token create', 'let another machine join'],
] as const;

/** Says where the server is and what can be done next. */
export function printNextSteps({ url, firstLink }: RunningServer, logFile: string): void {
  printLine();
  printLine(`Patchbay is up at ${pc.bold(url)}`);
  if (firstLink !== null) {
    printLine(`Sign in: ${pc.bold(firstLink)}`);
    printLine(pc.dim('  The link makes the first administrator. It works once, for 24 hours.'));
  }
  printLine('In another terminal:');
  const dataDir = process.env.PATCHBAY_DATA_DIR;
  if (dataDir) printLine(`  export PATCHBAY_DATA_DIR=${dataDir}`);
  for (const [command, what] of commands) printLine(`  npx patchbay ${command.padEnd(24)} ${pc.dim(what)}`);
  const login = readCredentials(loginFile());
  if (login !== null && login.url !== url) {
    printLine(
      pc.yellow(`  "patchbay login" has stored ${login.url}, which comes first: remove ${loginFile()}`),
    );
  }
  printLine(
    pc.dim(`The log is in ${logFile}. Ctrl-C stops everything; the next start finds its data again.`),
  );
}
