import type { StartOrder } from '@patchbay/contracts/activity-order';
import type { ActivityReport } from '@patchbay/contracts/agent-protocol';

/** What a scripted agent does with a start order. */
export interface ScriptedAnswer {
  readonly outcome: ActivityReport['outcome'];
  /** How long the activity takes; default: it ends at once. */
  readonly afterMs?: number;
  readonly output?: { readonly stdout?: string | Buffer; readonly stderr?: string | Buffer };
  /** How many times more the report is sent than needed. */
  readonly repeats?: number;
  /** The connection is lost just before, or just after, the report is sent. */
  readonly loses?: 'beforeReport' | 'afterReport';
  /** The machine reboots this long after the report. */
  readonly rebootsAfterMs?: number;
}

/** Exit code 0, at once. */
export const succeeded: ScriptedAnswer = { outcome: { kind: 'exited', exitCode: 0, facts: {} } };
const nothingToPatch: ScriptedAnswer = {
  outcome: { kind: 'patched', patches: [], reboot: { needed: false, reasons: [] } },
};

/** A script exits with 0, there is nothing to patch, and the user is asked. */
export function answerAtOnce({ work }: Pick<StartOrder, 'work'>): ScriptedAnswer {
  if (work.kind === 'interactiveReboot') return { outcome: { kind: 'userAsked' } };
  return work.kind === 'script' ? succeeded : nothingToPatch;
}
