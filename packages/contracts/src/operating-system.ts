import { operatingSystems } from '@patchbay/domain/operating-system';
import { interpreters } from '@patchbay/domain/script/interpreter';
import { z } from 'zod';

/** The families of operating systems that endpoints, tasks and workflows are for. */
export const operatingSystem = z.enum(operatingSystems);
export type OperatingSystem = z.infer<typeof operatingSystem>;

/** What runs a script (L-02). */
export const interpreter = z.enum(interpreters);
export type Interpreter = z.infer<typeof interpreter>;
