import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { commandDirectory, type RunScript, scratchFolder, scriptRunner } from './built-in-script.ts';

/** Commands of the standard, which a script finds as they are on this machine. */
const standard =
  'awk cat date du env find grep gzip head id ls mkdir mv nohup perl printf rm sed sh sleep sort tail tar tr'.split(
    ' ',
  );

/** The shells to run scripts with: this machine's, and the Korn shell, which AIX and Solaris have, where installed. */
export const shells: readonly string[] = ['/bin/sh', '/usr/bin/ksh93'].filter(existsSync);

/** What a script meets: commands of its operating system that are stand-ins, and what they were told. */
export interface StandInEndpoint {
  readonly run: RunScript;
  /** Where stand-ins keep what they must remember. */
  readonly folder: string;
  /** A line for each call of a stand-in: its name and arguments. */
  readonly calls: () => string[];
}

/**
 * An endpoint of another operating system than this machine's: each stand-in notes how it was called and then does its
 * lines of `sh`, in which `$FOLDER` is the endpoint's folder. Nothing else of that name can be reached.
 */
export function standInEndpoint(
  os: OperatingSystem,
  shell: string,
  standIns: Readonly<Record<string, string>>,
): StandInEndpoint {
  const folder = scratchFolder();
  const log = join(folder, 'calls');
  const noted = Object.entries(standIns).map(([name, text]) => [
    name,
    `FOLDER='${folder}'; echo "\${0##*/}\${*:+ $*}" >>'${log}'\n${text}`,
  ]);
  const path = commandDirectory(
    standard.filter((name) => !Object.hasOwn(standIns, name)),
    Object.fromEntries(noted),
  );
  const run = scriptRunner(os);
  return {
    run: (name, parameters, options) => run(name, parameters, { path, shell, ...options }),
    folder,
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}
