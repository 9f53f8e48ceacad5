import { parseCommand } from './program.ts';

// `npm start` is `patchbay start`.
await parseCommand(['start', ...process.argv.slice(2)]);
