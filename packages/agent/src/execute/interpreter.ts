import type { Interpreter } from '@patchbay/contracts/operating-system';
import { NotStarted } from './not-started.ts';
import { findProgram } from './search-path.ts';

/** How a script's file is named and run. */
export interface InterpreterCommand {
  readonly fileName: string;
  command(file: string): string[];
}

const programs = {
  sh: { program: 'sh', options: [], fileName: 'script' },
  bash: { program: 'bash', options: [], fileName: 'script' },
  python3: { program: 'python3', options: [], fileName: 'script.py' },
  perl: { program: 'perl', options: [], fileName: 'script.pl' },
  // PowerShell refuses a file without its extension.
  powershell: {
    program: 'pwsh',
    options: ['-NoProfile', '-NonInteractive', '-File'],
    fileName: 'script.ps1',
  },
  cmd: null,
} as const satisfies Record<Interpreter, { program: string; options: string[]; fileName: string } | null>;

/**
 * Finds the interpreter of a script (L-02) on Linux.
 *
 * @throws NotStarted when it is not installed
 */
export function findInterpreter(interpreter: Interpreter): InterpreterCommand {
  const known = programs[interpreter];
  if (known === null) throw new NotStarted(`the interpreter ${interpreter} does not exist on Linux`);
  const path = findProgram(known.program);
  if (path === null)
    throw new NotStarted(`the interpreter ${known.program} is not installed on this endpoint`);
  return { fileName: known.fileName, command: (file) => [path, ...known.options, file] };
}
