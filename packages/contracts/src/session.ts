import { z } from 'zod';
import { instant, text } from './text.ts';
import { password } from './user.ts';

/** Signs in. */
export const signInInput = z.strictObject({ name: text(200).min(1), password });

/** Where somebody is signed in. */
export const session = z.strictObject({
  createdAt: instant,
  lastSeenAt: instant,
  /** When it ends unless it is used. */
  expiresAt: instant,
  address: z.string(),
  userAgent: z.string(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type Session = z.infer<typeof session>;
