import { z } from 'zod';
import { instant, tags, text } from './text.ts';

/** What makes an enrolment token (E-01). */
export const enrolmentTokenInput = z.strictObject({
  description: text(200).default(''),
  /** How many endpoints may enrol with it. */
  uses: z.int().min(1).max(100_000).default(1),
  /** How long it is valid; default: a day. */
  expiresInMinutes: z
    .int()
    .min(1)
    .max(366 * 24 * 60)
    .default(24 * 60),
  /** Tags that endpoints enrolled with it get. */
  tags: tags.default({}),
});

/** An enrolment token without the token itself, which is stored hashed. */
export const enrolmentToken = z.strictObject({
  id: z.uuid(),
  description: z.string(),
  uses: z.int(),
  usesLeft: z.int(),
  tags,
  status: z.enum(['valid', 'usedUp', 'expired', 'revoked']),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
});
export type EnrolmentToken = z.infer<typeof enrolmentToken>;

/** The answer that makes the token; it is shown this once. */
export const createdEnrolmentToken = enrolmentToken.extend({ token: z.string() });
export type CreatedEnrolmentToken = z.infer<typeof createdEnrolmentToken>;
