import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';

// `npm run dev`: a server that starts again when its sources change, and the console with reload in front of it.
// Ctrl-C reaches both through the terminal; if one ends by itself, so does the other.

const { values: options } = parseArgs({ options: { 'console-port': { type: 'string', default: '7701' } } });
const consolePort = options['console-port'];
const serverUrl = `http://127.0.0.1:${process.env.PATCHBAY_PORT || '7700'}`;

const server = run('node', '--watch', '--watch-preserve-output', 'packages/cli/src/main.ts', 'server');
const vite = run('vite', 'packages/console', '--port', consolePort, '--strictPort', '--clearScreen', 'false');
const both = [server, vite];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => endAll());
}
console.log(
  `The console with reload: http://localhost:${consolePort} (sign in there, or by the server's link)`,
);
await Promise.race(both.map((child) => once(child, 'exit')));
endAll();
await Promise.all(both.map(ended));

function run(...[command = '', ...args]: string[]): ChildProcess {
  return spawn(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, PATCHBAY_URL: serverUrl },
  });
}

function endAll(): void {
  for (const child of both) child.kill('SIGTERM');
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
