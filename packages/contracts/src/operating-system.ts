import { z } from 'zod';

/** The families of operating systems that endpoints, tasks and workflows are for. */
export const operatingSystem = z.enum(['linux', 'windows', 'aix', 'solaris']);
export type OperatingSystem = z.infer<typeof operatingSystem>;

/** What runs a script (L-02). */
export const interpreter = z.enum(['sh', 'bash', 'powershell', 'cmd', 'python3', 'perl']);
export type Interpreter = z.infer<typeof interpreter>;
