import type { ScriptEnd, ScriptOptions } from '@patchbay/agent/execute/run-script';
import type { ScriptWork } from '@patchbay/contracts/activity-order';
import type { SimulatedMachine } from './simulated-machine.ts';

const second = 1_000;
/** Scripts fail with these exit codes, most with the first. */
const failures = [1, 1, 1, 2, 5] as const;

/**
 * Plays a script without running it: it takes its time, prints, publishes the facts about a reboot that the built-in
 * scripts publish, and ends as the seed says. Neither its text nor its parameters reach the output.
 */
export async function simulateScript(
  machine: SimulatedMachine,
  work: ScriptWork,
  { signal, onOutput }: Pick<ScriptOptions, 'signal' | 'onOutput'>,
): Promise<ScriptEnd> {
  const { draws, time, failRate } = machine.options;
  const topic = work.content;
  const lines = topic.trimEnd().split('\n').length;
  const say = (line: string): void => onOutput('stdout', Buffer.from(`${line}\n`));
  say(`This endpoint is simulated: the script (${work.interpreter}, ${lines} lines) is not run.`);
  await time.pass(draws.between(1 * second, 15 * second, `duration\n${topic}`), signal);
  if (signal.aborted) return { kind: 'stopped' };
  machine.played += 1;
  if (draws.happens(failRate, `failure\n${topic}`)) {
    const exitCode = draws.oneOf(failures, `exit code\n${topic}`);
    onOutput('stderr', Buffer.from(`A simulated failure: exit code ${exitCode}.\n`));
    return { kind: 'exited', exitCode, facts: {} };
  }
  const facts = rebootFacts(machine, work);
  for (const [name, value] of Object.entries(facts)) say(`${name}=${value}`);
  if (work.reboots && facts['rebootNeeded'] !== 'false') machine.rebootIn(10 * second);
  return { kind: 'exited', exitCode: 0, facts };
}

/** A script that knows the fact `rebootNeeded` finds out about it, and reboots, if at all, only when that is true. */
function rebootFacts(machine: SimulatedMachine, work: ScriptWork): Record<string, string> {
  if (!/\brebootNeeded\b/.test(work.content)) return {};
  const { needed, reasons } = machine.rebootNeed();
  const scheduled: Record<string, string> = work.reboots ? { rebootScheduled: String(needed) } : {};
  return { rebootNeeded: String(needed), rebootReasons: reasons.join('; '), ...scheduled };
}
