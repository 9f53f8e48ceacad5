import { runProgram } from './run-program.ts';

// `npm start` is `patchbay start`.
await runProgram(['start', ...process.argv.slice(2)]);
