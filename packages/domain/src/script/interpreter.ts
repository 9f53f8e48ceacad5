import type { OperatingSystem } from '../operating-system.ts';

/** What can run a script (L-02). */
export const interpreters = ['sh', 'bash', 'powershell', 'cmd', 'python3', 'perl'] as const;
export type Interpreter = (typeof interpreters)[number];

const unixInterpreters: readonly Interpreter[] = ['sh', 'bash', 'python3', 'perl'];

/** Which interpreters an operating system may have (L-06). */
export const interpretersOf: Readonly<Record<OperatingSystem, readonly Interpreter[]>> = {
  linux: unixInterpreters,
  windows: ['powershell', 'cmd', 'python3', 'perl'],
  aix: unixInterpreters,
  solaris: unixInterpreters,
};
