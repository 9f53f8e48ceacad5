import { roles } from '@patchbay/domain/permission/role';
import { z } from 'zod';
import { instant } from './text.ts';
import { displayName, newPassword, userName } from './user.ts';

/** What stands behind the `#` of a one-time link. */
const linkToken = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]+$/, 'must be what stands behind the "#" of the link');

/** Asks what a one-time link is for. */
export const linkInput = z.strictObject({ token: linkToken });

/** What a valid one-time link is for. */
export const linkPurpose = z.strictObject({
  purpose: z.enum(['firstAdministrator', 'invitation', 'passwordReset']),
  /** The role that its user gets or has. */
  role: z.enum(roles),
  /** Whose password it sets; null: the user is yet to be made. */
  name: z.string().nullable(),
  expiresAt: instant,
});
export type LinkPurpose = z.infer<typeof linkPurpose>;

/** Becomes a user with the link of the first start or of an invitation (S-01). */
export const welcomeInput = z.strictObject({
  token: linkToken,
  name: userName,
  displayName,
  password: newPassword,
});

/** Sets a password with the link of an administrator. */
export const passwordResetInput = z.strictObject({ token: linkToken, password: newPassword });
