import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { watchReader } from './lost-reader.ts';

const compiled = fileURLToPath(new URL('../../../node_modules/.cache/patchbay', import.meta.url));

/** Does what the arguments say and sets the exit code. */
export async function runProgram(args: readonly string[]): Promise<void> {
  // Commands are short: without it half of their time goes into compiling the same sources again.
  enableCompileCache(compiled);
  watchReader();
  const { parseCommand } = await import('./program.ts');
  await parseCommand(args);
}
