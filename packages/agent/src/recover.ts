import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import { endTree, findTree } from './execute/process-tree.ts';
import { scriptTree } from './execute/run-script.ts';
import type { Intent, Journal } from './journal.ts';
import type { Log } from './log.ts';
import { cutBytesOf, outputBytesOf } from './spool.ts';

export interface RecoverOptions {
  readonly endpoint: string;
  readonly bootId: string;
  readonly now: number;
  readonly spoolRoot: string;
  readonly graceMs: number;
  /** What an Interactive Reboot's activity came to before the crash; null: nobody had been asked, and it is over. */
  readonly flowOutcome: (activity: string) => Promise<ActivityReport['outcome'] | null>;
  readonly log: Log;
}

/**
 * After a crash or power loss: what had begun and has no result is `interrupted` (E-08, W-08). Scripts of a crashed
 * agent that still run are ended, so that a retry never runs beside them; an installation is left to finish.
 */
export async function recover(journal: Journal, options: RecoverOptions): Promise<void> {
  const { endpoint, bootId, now, spoolRoot, graceMs, log } = options;
  for (const intent of journal.running()) {
    const { activity, kind, startedAt, expiresAt } = intent;
    if (kind === 'script') {
      const left = await endTree(() => findTree(scriptTree(endpoint, activity, true)), graceMs);
      if (left.length > 0)
        log('error', 'processes of an interrupted activity cannot be ended', { activity, left });
    }
    const reached = kind === 'interactiveReboot' ? await options.flowOutcome(activity) : null;
    const outcome = reached ?? { kind: 'interrupted' as const, reason: reasonOf(intent, bootId) };
    const report = {
      activity,
      startedAt,
      finishedAt: Math.max(now, startedAt),
      bootId: intent.bootId,
      outcome,
      outputBytes: outputBytesOf(spoolRoot, activity),
      cutBytes: cutBytesOf(spoolRoot, activity),
    };
    await journal.finish(report, expiresAt);
    log('warn', 'an activity was interrupted', { activity, outcome: outcome.kind });
  }
}

function reasonOf(intent: Intent, bootId: string): string {
  if (intent.bootId !== bootId) return 'the endpoint was restarted or lost power while the activity ran';
  return intent.kind === 'patch'
    ? 'the agent ended while patches were being installed; the installation was left to finish by itself'
    : 'the agent ended while the activity ran; what was left of it was ended too';
}
