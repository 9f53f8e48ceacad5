import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInScripts, builtInTasks, builtInWorkflows } from '@patchbay/contracts/library-file';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { ParameterValue } from '@patchbay/domain/script/parameter';
import { environmentOf } from '@patchbay/domain/task/environment';
import { type CommandResult, runCommand } from '@patchbay/testkit/lab/run-command';
import { parse } from 'yaml';

const library = join(import.meta.dirname, '../library');
const scratch = mkdtempSync(join(tmpdir(), 'patchbay-library-'));

/** A new empty directory, which lasts until {@link removeScratch}. */
export function scratchFolder(): string {
  return mkdtempSync(join(scratch, 'folder-'));
}

/** Removes what the tests of this file have written. */
export function removeScratch(): void {
  rmSync(scratch, { recursive: true });
}

/** The built-in library of one operating system, as its files describe it. */
export function readFolder(os: OperatingSystem) {
  const folder = join(library, os);
  const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));
  const scripts = builtInScripts.parse(read('scripts.yaml')).map((script) => {
    const path = join(folder, script.file);
    return { ...script, path, content: readFileSync(path, 'utf8') };
  });
  return {
    folder,
    scripts,
    tasks: builtInTasks.parse(read('tasks.yaml')),
    workflows: builtInWorkflows.parse(read('workflows.yaml')),
    /** A script by its name. */
    script: (name: string) => {
      const script = scripts.find((one) => one.name === name);
      if (script === undefined) throw new Error(`there is no script "${name}"`);
      return script;
    },
  };
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
  /** What runs it; `/bin/sh` unless given. */
  readonly shell?: string;
}

/** Runs a built-in script by its name. */
export type RunScript = (
  name: string,
  parameters?: Readonly<Record<string, ParameterValue>>,
  options?: ScriptRunOptions,
) => Promise<ScriptRun>;

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * What runs the built-in scripts of an operating system on this machine: with the parameters as the agent hands them
 * over, in a directory of their own, and with the facts that they publish.
 */
export function scriptRunner(os: OperatingSystem): RunScript {
  const { script } = readFolder(os);
  return async (name, parameters = {}, { env = {}, path = systemPath, prepare, shell = '/bin/sh' } = {}) => {
    const facts = join(scratchFolder(), 'facts');
    writeFileSync(facts, '');
    const { parameters: known, path: file } = script(name);
    const environment = { ...environmentOf(known, parameters), PATCHBAY_FACTS: facts, PATH: path, ...env };
    const run = [shell, file];
    const prepared = `PATH=${systemPath}\n${prepare}\nPATH=${path} exec "$@"`;
    const command =
      prepare === undefined
        ? run
        : ['/usr/bin/unshare', '--mount', '/bin/sh', '-ceu', prepared, 'sh', ...run];
    const result = await runCommand(command, { env: environment });
    const lines = readFileSync(facts, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return { ...result, facts: Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))) };
  };
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
