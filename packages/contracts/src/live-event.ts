import { z } from 'zod';
import { activityIdText } from './activity-order.ts';

/** One server-sent event of `/api/v1/events`: something has changed; read it again to see what. */
export const liveEvent = z.strictObject({
  kind: z.enum(['run', 'cycle', 'endpoint', 'reboot', 'log']),
  /** The ids of what has changed; empty: too many to name. */
  ids: z.array(z.union([z.int(), z.uuid(), activityIdText])),
});
export type LiveEvent = z.infer<typeof liveEvent>;
