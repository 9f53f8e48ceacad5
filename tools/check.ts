import { architecture, checks, runChecks } from './checks.ts';

const { passed, whatFailed } = await runChecks([...checks, architecture]);
console.log(`${passed} passed, ${whatFailed.length} failed`);
process.exitCode = whatFailed.length === 0 ? 0 : 1;
