#!/usr/bin/env node
// The CLI in a checkout: `npx patchbay`. Its sources are TypeScript, which Node runs directly from 24 on.
import { runUnderNode24 } from '../../../tools/node24.mjs';

if (Number.parseInt(process.versions.node, 10) >= 24) {
  await import('../src/main.ts');
} else {
  try {
    process.exitCode = await runUnderNode24('packages/cli/src/main.ts', process.argv.slice(2));
  } catch (error) {
    console.error(`patchbay: ${error.message}`);
    process.exitCode = 1;
  }
}
