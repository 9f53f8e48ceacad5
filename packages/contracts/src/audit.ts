import { z } from 'zod';
import { pageQuery } from './page.ts';
import { instant, text } from './text.ts';

/** One entry of the audit: who did what, to what, from where (O-09). */
export const auditEntry = z.strictObject({
  id: z.int(),
  at: instant,
  actor: z.string(),
  /** The action as `noun.verb`, such as `plan.activate`. */
  action: z.string(),
  /** The kind of thing that it was done to, such as `plan`, and which one. */
  objectKind: z.string(),
  objectId: z.string(),
  /** Further particulars by name, the name of the thing among them; never a secret. */
  details: z.record(z.string(), z.string()),
  /** The address that the request came from; null: the server itself. */
  address: z.string().nullable(),
  correlationId: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Filters of the audit, newest first. */
export const auditQuery = pageQuery.extend({
  actor: text(120).optional(),
  action: text(120).optional(),
  /** Its id or name. */
  object: text(200).optional(),
});
