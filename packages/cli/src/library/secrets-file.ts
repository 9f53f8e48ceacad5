import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import type { LibraryApplyInput } from '@patchbay/contracts/library-document';
import { limits } from '@patchbay/contracts/limits';
import { parameterName } from '@patchbay/contracts/script';
import { name, text } from '@patchbay/contracts/text';
import { z } from 'zod';
import { CommandError, exitCode } from '../exit-code.ts';
import { checkedYaml, parseYaml, readTextFile } from '../yaml-file.ts';

const secretsFile = z.strictObject({
  /** Values by task and parameter. */
  tasks: z.record(name, z.record(parameterName, text(limits.parameterValueBytes).min(1))),
});

/** Reads the values of secrets (L-03), from a file that is kept apart from the library; `-` is standard input. */
export function readSecrets(file: string | undefined, folder: string): LibraryApplyInput['secrets'] {
  if (file === undefined) return [];
  if (file !== '-') requireOutside(file, folder);
  const { tasks } = checkedYaml(parseYaml(file, readTextFile(file, limits.requestBytes)), secretsFile);
  return Object.entries(tasks).flatMap(([task, values]) =>
    Object.entries(values).map(([parameter, value]) => ({ task, parameter, value })),
  );
}

/** What is in the folder ends up in Git. */
function requireOutside(file: string, folder: string): void {
  let inside: boolean;
  try {
    inside = realpathSync(file).startsWith(`${realpathSync(folder)}${sep}`);
  } catch (error) {
    throw new CommandError(exitCode.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
  if (!inside) return;
  throw new CommandError(exitCode.usage, `${file} is in the library's folder: keep secrets somewhere else`);
}
