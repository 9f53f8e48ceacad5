import { setTimeout as delay } from 'node:timers/promises';
import { type Plan, plan as planSchema } from '@patchbay/contracts/plan';
import { type Api, part } from './api.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printLine } from './print.ts';
import { waitsFor } from './waits-for.ts';

const pollMs = 1000;

/**
 * Waits until an activated plan opens its next cycle and answers that cycle's id. A server that is away meanwhile is
 * waited for.
 *
 * @throws CommandError when the plan was rejected, cancelled or edited before.
 */
export async function waitForCycle(
  server: Api,
  activated: Plan,
  { json }: { readonly json?: boolean },
): Promise<number> {
  let said = '';
  for (let now: Plan | null = activated; ; now = await look(server, activated.id)) {
    if (now !== null) {
      const { lastCycle, name, progress } = now;
      if (lastCycle !== null && lastCycle !== activated.lastCycle) return lastCycle;
      const awaited = waitsFor(now);
      if (awaited === null) {
        const why = progress.reason === null ? '' : `: ${progress.reason}`;
        throw new CommandError(
          exitCode.failed,
          `the plan "${name}" opened no cycle: ${progress.status}${why}`,
        );
      }
      if (awaited !== said && !json) printLine(`Waiting for ${awaited} …`);
      said = awaited;
    }
    await delay(pollMs);
  }
}

/** Null while the server does not answer. */
async function look(server: Api, id: string): Promise<Plan | null> {
  try {
    return await server.get(`/plans/${part(id)}`, planSchema);
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === exitCode.unreachable) return null;
    throw error;
  }
}
