#!/usr/bin/env node
// `npm start`, `npm test` and `npm run bench`, `check` and `dev` begin here. Runs on Node 20.20 with nothing
// installed: it installs the dependencies if need be, then runs the real program under Node 24.
import { ensureInstalled } from './install.mjs';
import { runUnderNode24 } from './node24.mjs';

const targets = {
  start: 'packages/cli/src/start.ts',
  test: 'tools/test.ts',
  bench: 'bench/main.ts',
  check: 'tools/check.ts',
  dev: 'tools/dev.ts',
};

/** What is of no use without the console. */
const needConsole = ['start', 'test', 'dev'];

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(targets, name)) {
  console.error(`Usage: node tools/launch.mjs ${Object.keys(targets).join('|')} [arguments]`);
  process.exit(64);
}
try {
  await ensureInstalled();
  const built = needConsole.includes(name) ? await runUnderNode24('tools/build-console.ts', []) : 0;
  process.exitCode = built === 0 ? await runUnderNode24(targets[name], args) : built;
} catch (error) {
  console.error(`patchbay: ${error.message}`);
  process.exitCode = 1;
}
