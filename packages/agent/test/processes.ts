import { readdirSync, readFileSync } from 'node:fs';

/** Command lines of all live processes, arguments joined by blanks. */
export function commandLines(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}

let serial = 0;

/** A number of seconds for `sleep` that no other process uses, to find the sleepers of one test again. */
export function uniqueSleep(): { readonly seconds: string; readonly count: () => number } {
  serial += 1;
  const seconds = `3${process.pid}.${serial}`;
  return {
    seconds,
    count: () => commandLines().filter((line) => line.trim() === `sleep ${seconds}`).length,
  };
}
