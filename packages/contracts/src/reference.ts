import { z } from 'zod';
import { name } from './text.ts';

/** Says which thing is meant: its name or its id. */
export const reference = name;

/** A thing of another kind as answers show it. `id` is null once the thing has been deleted. */
export const link = z.strictObject({ id: z.uuid().nullable(), name });
export type Link = z.infer<typeof link>;

/** Where a thing of the library comes from: shipped and read-only, or made by users (L-01). */
export const origin = z.enum(['builtIn', 'personal']);
