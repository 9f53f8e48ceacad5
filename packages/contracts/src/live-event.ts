import { z } from 'zod';

/** One server-sent event of `/api/v1/events`: something has changed; read it again to see what. */
export const liveEvent = z.strictObject({
  kind: z.enum(['run', 'cycle', 'endpoint']),
  /** The ids of what has changed; empty: too many to name. */
  ids: z.array(z.union([z.int(), z.uuid()])),
});
export type LiveEvent = z.infer<typeof liveEvent>;
