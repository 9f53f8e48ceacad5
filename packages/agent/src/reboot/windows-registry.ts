import { execFile } from 'node:child_process';

/** How `reg.exe` is started. */
export type RegistryTool = readonly [string, ...string[]];

/** One value of the registry; what is in `data` depends on the type, as `reg.exe` prints it. */
export interface RegistryValue {
  readonly name: string;
  readonly type: string;
  readonly data: string;
}

const timeoutMs = 60_000;
const largestOutput = 16 * 1024 * 1024;

/**
 * The values of a key; null: there is no such key, or it may not be read, which `reg.exe` tells apart only in the
 * language of the system. Rejects when `reg.exe` cannot be run.
 */
export function readRegistryKey(
  [program, ...before]: RegistryTool,
  key: string,
): Promise<RegistryValue[] | null> {
  // A 32-bit Node would see another registry without the last argument.
  const args = [...before, 'query', key, '/reg:64'];
  return new Promise((resolve, reject) => {
    const options = {
      encoding: 'utf8',
      timeout: timeoutMs,
      maxBuffer: largestOutput,
      windowsHide: true,
    } as const;
    execFile(program, args, options, (error, stdout) => {
      if (error === null) resolve(parseRegistryKey(stdout));
      else if (error.code === 1) resolve(null);
      else reject(new Error(`the registry could not be read: ${error.message}`));
    });
  });
}

/** Reads the output of `reg query KEY`: the values are indented, keys are not. */
export function parseRegistryKey(output: string): RegistryValue[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [, name, type, data = ''] = /^ {4}(.+?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/.exec(line) ?? [];
    return name === undefined || type === undefined ? [] : [{ name, type, data }];
  });
}
