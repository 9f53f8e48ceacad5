import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Agent, type AgentOptions, startAgent } from '../src/agent.ts';
import { statePaths, writeIdentity } from '../src/config.ts';
import type { LogLevel } from '../src/log.ts';
import type { ScriptedServer } from './scripted-server.ts';
import { scriptedSystem } from './scripted-system.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface RunningAgent {
  readonly agent: Agent;
  readonly stateDir: string;
  readonly log: readonly LogLine[];
}

/** A state directory that is enrolled with the scripted server. */
export async function enrolledStateDir(server: ScriptedServer): Promise<string> {
  const stateDir = temporaryFolder();
  await writeIdentity(statePaths(stateDir), server.identity());
  return stateDir;
}

/** Starts an agent in this process, quick in everything; it is stopped when the test is over. */
export async function runAgent(
  server: ScriptedServer,
  options: Partial<AgentOptions> = {},
): Promise<RunningAgent> {
  const stateDir = options.stateDir ?? (await enrolledStateDir(server));
  const log: LogLine[] = [];
  const agent = await startAgent({
    stateDir,
    system: scriptedSystem(),
    log: (level, message, fields) => log.push({ level, message, fields }),
    backOff: { minMs: 20, maxMs: 100 },
    graceMs: 300,
    stopWaitMs: 100,
    useScope: false,
    ...options,
  });
  onTestFinished(() => agent.stop());
  return { agent, stateDir, log };
}

/** The file of a run counter: a script appends a line for each time that it runs. */
export function counterFile(): string {
  return join(temporaryFolder(), 'runs');
}
