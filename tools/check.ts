import { architecture, checks, runChecks } from './checks.ts';

const { passed, failed } = await runChecks([...checks, architecture]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
