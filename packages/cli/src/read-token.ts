import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandError, exitCode } from './exit-code.ts';

/** Reads a secret: on a terminal without showing it, otherwise the first line of standard input. */
export async function readSecret(question: string): Promise<string> {
  return process.stdin.isTTY ? askHidden(`${question} (it is not shown): `) : firstLine();
}

/** Reads a token. */
export async function readToken(): Promise<string> {
  const token = (await readSecret('API token')).trim();
  if (token !== '') return token;
  throw new CommandError(exitCode.usage, 'no token was given on standard input');
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface({ input: process.stdin })) return line;
  return '';
}

/** Empty when the user ends the input or interrupts it. */
function askHidden(question: string): Promise<string> {
  // As a terminal it takes the echo away; what it would show itself goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  process.stderr.write(question);
  return new Promise((resolve) => {
    let answer = '';
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}
