#!/usr/bin/env node
// `npm start`, `npm test`, `npm run bench` and `npm run check` begin here. Runs on Node 20.20 with nothing
// installed: it installs the dependencies if need be, then runs the real program under Node 24.
import { ensureInstalled } from './install.mjs';
import { runUnderNode24 } from './node24.mjs';

const targets = {
  start: 'packages/cli/src/start.ts',
  test: 'tools/test.ts',
  bench: 'bench/main.ts',
  check: 'tools/check.ts',
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(targets, name)) {
  console.error(`Usage: node tools/launch.mjs ${Object.keys(targets).join('|')} [arguments]`);
  process.exit(64);
}
try {
  await ensureInstalled();
  process.exitCode = await runUnderNode24(targets[name], args);
} catch (error) {
  console.error(`patchbay: ${error.message}`);
  process.exitCode = 1;
}
