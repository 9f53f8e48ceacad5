import { parseCommand } from './program.ts';

await parseCommand(process.argv.slice(2));
