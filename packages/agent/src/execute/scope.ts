import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/**
 * Where systemd runs the machine and the agent is root, work gets a transient scope: a control group of its own that
 * outlives the agent's unit and from which nothing escapes. A scope and not a transient service: the command stays
 * the agent's child, so its environment (with secrets) and descriptors are handed over by the kernel and never
 * stand in anybody's command line, and no message bus is needed.
 */
export function inScope(unit: string, command: readonly string[]): string[] {
  return ['systemd-run', '--scope', '--quiet', '--collect', `--unit=${unit}`, '--', ...command];
}

/** A unit name for a scope from an id of letters, digits, `.`, `-` and `_`. */
export function scopeUnit(id: string): string {
  return `patchbay-${id}.scope`;
}

let answer: Promise<boolean> | undefined;

/** Whether this process can put its work into scopes; tried once. */
export function canUseScopes(): Promise<boolean> {
  answer ??= tryScope();
  return answer;
}

async function tryScope(): Promise<boolean> {
  if (process.getuid?.() !== 0 || !existsSync('/run/systemd/system')) return false;
  const [command = '', ...args] = inScope(scopeUnit(`probe-${process.pid}`), ['true']);
  const child = spawn(command, args, { stdio: 'ignore' });
  const [code] = await once(child, 'exit').catch(() => [null]);
  return code === 0;
}
