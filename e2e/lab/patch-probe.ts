/**
 * Runs one operation of the agent's Linux system on the machine that it is started on, and prints what came of it as
 * JSON. The operation comes as JSON on standard input.
 */
import { json } from 'node:stream/consumers';
import { createLinuxSystem } from '@patchbay/agent/inventory/linux-system';
import type { PatchWork } from '@patchbay/contracts/activity-order';

export type ProbeOperation =
  | { readonly do: 'scan' | 'readiness' | 'rebootNeed' | 'inventory' }
  /** `abortAt`: the signal is raised when the output contains this text. */
  | { readonly do: 'apply'; readonly work: PatchWork; readonly abortAt?: string };

const operation = (await json(process.stdin)) as ProbeOperation;
const system = createLinuxSystem();
const stop = new AbortController();
let output = '';
const take = (text: string): void => {
  output += text;
  if (operation.do === 'apply' && operation.abortAt && output.includes(operation.abortAt)) stop.abort();
};

async function perform(): Promise<unknown> {
  if (operation.do === 'apply') {
    const onOutput = (_stream: string, chunk: Buffer): void => take(chunk.toString());
    return system.patches?.apply(operation.work, { onOutput, signal: stop.signal });
  }
  if (operation.do === 'scan') return system.patches?.scan({ log: take, signal: stop.signal });
  return system[operation.do]();
}

const outcome = await perform().then(
  (result) => ({ result }),
  (error: unknown) => ({
    error: error instanceof Error ? { name: error.name, message: error.message } : error,
  }),
);
process.stdout.write(JSON.stringify({ ...outcome, output }));
