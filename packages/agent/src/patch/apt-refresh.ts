import type { AptCommands, LockWait } from './apt-command.ts';
import { parseRefreshProblems } from './apt-failures.ts';
import { errorLines } from './apt-simulation.ts';

/** Every repository counts: without this apt passes over the ones that it cannot reach for the moment. */
const refreshArguments = ['-q', '-o', 'APT::Update::Error-Mode=any', 'update'];

/**
 * Refreshes the package lists. Answers what went wrong, one sentence of apt's for each repository; empty when all is
 * well. Needs root.
 */
export async function refreshLists(
  commands: AptCommands,
  timeoutMs: number,
  lock: LockWait,
): Promise<string[]> {
  const result = await commands.runUnlocked(
    { program: 'apt-get', args: refreshArguments, timeoutMs, signal: lock.signal },
    lock,
  );
  const problems = parseRefreshProblems(result.stderr);
  if (problems.length > 0 || result.code === 0) return problems;
  return [errorLines(result.stderr).join('\n') || `apt-get update ended with exit code ${result.code}`];
}
