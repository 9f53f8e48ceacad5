import type { PatchWork, StartOrder } from '@patchbay/contracts/activity-order';
import type { ActivityReport } from '@patchbay/contracts/agent-protocol';
import { cleanText } from '../clean-text.ts';
import { type PatchProvider, PatchToolError } from '../endpoint-system.ts';
import { messageOf } from '../error-code.ts';
import type { Log } from '../log.ts';
import type { FlowDriver } from '../reboot/flow-driver.ts';
import type { OutputStream } from '../spool.ts';
import type { ScriptEnd, ScriptRunner } from './run-script.ts';

export type Outcome = ActivityReport['outcome'];

export interface Executor {
  readonly endpoint: string;
  readonly workRoot: string;
  readonly useScope: boolean;
  readonly graceMs: number;
  readonly runScript: ScriptRunner;
  readonly patches: PatchProvider | null;
  readonly flows: FlowDriver;
  readonly log: Log;
}

/** Why an activity is cut short. */
export type StopReason = 'cancelled' | 'agentStops';

/** Does an order's work and answers what it came to; never rejects. */
export async function executeWork(
  { activity, work }: StartOrder,
  executor: Executor,
  signal: AbortSignal,
  onOutput: (stream: OutputStream, chunk: Buffer) => void,
): Promise<Outcome> {
  if (work.kind === 'patch') return applyPatches(work, executor, signal, onOutput);
  if (work.kind === 'interactiveReboot') {
    return executor.flows.carryOut(activity, work, signal, (text) => onOutput('stdout', Buffer.from(text)));
  }
  const { endpoint, workRoot, useScope, graceMs, runScript } = executor;
  const end = await runScript(work, { activity, endpoint, workRoot, useScope, graceMs, signal, onOutput });
  return scriptOutcome(end, signal.reason);
}

function scriptOutcome(end: ScriptEnd, stopReason: unknown): Outcome {
  return end.kind === 'stopped' ? stoppedOutcome(stopReason) : end;
}

function stoppedOutcome(reason: unknown): Outcome {
  return reason === ('agentStops' satisfies StopReason)
    ? { kind: 'interrupted', reason: 'the agent was stopped while the activity ran' }
    : { kind: 'cancelled' };
}

async function applyPatches(
  work: PatchWork,
  { patches, log }: Executor,
  signal: AbortSignal,
  onOutput: (stream: OutputStream, chunk: Buffer) => void,
): Promise<Outcome> {
  if (patches === null) {
    return { kind: 'notStarted', reason: 'this agent has no patch provider for the operating system yet' };
  }
  try {
    const applied = await patches.apply(work, { onOutput, signal });
    return { kind: work.simulate ? 'simulated' : 'patched', ...applied };
  } catch (error) {
    // A provider gives up on request only while nothing has been changed.
    if (signal.aborted) return stoppedOutcome(signal.reason);
    if (!(error instanceof PatchToolError))
      log('error', 'the patch provider failed', { problem: messageOf(error) });
    return { kind: 'patchToolFailed', reason: cleanText(messageOf(error), 4000) };
  }
}
