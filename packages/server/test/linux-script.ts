import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInScripts, builtInTasks, builtInWorkflows } from '@patchbay/contracts/library-file';
import type { ParameterValue } from '@patchbay/domain/script/parameter';
import { environmentOf } from '@patchbay/domain/task/environment';
import { type CommandResult, runCommand } from '@patchbay/testkit/lab/run-command';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../library/linux');
const scratch = mkdtempSync(join(tmpdir(), 'patchbay-library-'));

/** A new empty directory, which lasts until {@link removeScratch}. */
export function scratchFolder(): string {
  return mkdtempSync(join(scratch, 'folder-'));
}

/** Removes what the tests of this file have written. */
export function removeScratch(): void {
  rmSync(scratch, { recursive: true });
}

const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

/** The built-in library for Linux, as its files describe it. */
export const linuxLibrary = {
  scripts: builtInScripts.parse(read('scripts.yaml')),
  tasks: builtInTasks.parse(read('tasks.yaml')),
  workflows: builtInWorkflows.parse(read('workflows.yaml')),
};

/** The content of a built-in script by its name. */
export function scriptContent(name: string): string {
  return readFileSync(scriptPath(name), 'utf8');
}

function scriptPath(name: string): string {
  return join(folder, linuxScript(name).file);
}

function linuxScript(name: string) {
  const script = linuxLibrary.scripts.find((one) => one.name === name);
  if (script === undefined) throw new Error(`there is no script "${name}"`);
  return script;
}

export interface ScriptRun extends CommandResult {
  readonly facts: Readonly<Record<string, string>>;
}

export interface ScriptRunOptions {
  /** Added to the script's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where commands are looked for. */
  readonly path?: string;
  /** Lines of `sh` that run before it, both in a mount namespace of their own; needs root. */
  readonly prepare?: string;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs a built-in script with these parameters, in a directory of its own, and reads the facts that it publishes. */
export async function runLinuxScript(
  name: string,
  parameters: Readonly<Record<string, ParameterValue>> = {},
  { env = {}, path = systemPath, prepare }: ScriptRunOptions = {},
): Promise<ScriptRun> {
  const facts = join(scratchFolder(), 'facts');
  writeFileSync(facts, '');
  const { parameters: known } = linuxScript(name);
  const environment = { ...environmentOf(known, parameters), PATCHBAY_FACTS: facts, PATH: path, ...env };
  const script = ['/bin/sh', scriptPath(name)];
  const command =
    prepare === undefined
      ? script
      : [
          '/usr/bin/unshare',
          '--mount',
          '/bin/sh',
          '-ceu',
          `PATH=${systemPath}\n${prepare}\nPATH=${path} exec "$@"`,
          'sh',
          ...script,
        ];
  const result = await runCommand(command, { env: environment });
  const lines = readFileSync(facts, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return { ...result, facts: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
}

/**
 * A directory to use as PATH that holds real commands by name and stand-ins with their text; nothing else of this
 * machine can be reached through it.
 */
export function commandDirectory(
  real: readonly string[],
  standIns: Readonly<Record<string, string>>,
): string {
  const directory = join(scratchFolder(), 'bin');
  mkdirSync(directory);
  for (const name of real) {
    const found = systemPath
      .split(':')
      .map((part) => join(part, name))
      .find(exists);
    if (found === undefined) throw new Error(`${name} is not installed here`);
    symlinkSync(found, join(directory, name));
  }
  for (const [name, text] of Object.entries(standIns)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
