import { roles } from '@patchbay/domain/permission/role';
import { passwordLength } from '@patchbay/domain/user/password';
import { z } from 'zod';
import { instant, name, text } from './text.ts';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What somebody signs in with: 1 to 64 letters, digits, `.`, `_`, `@` and `-`; upper and lower case are the same. */
export const userName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_", "@" or "-", beginning with a letter or a digit',
  )
  .refine((value) => !uuid.test(value), 'must not look like an id')
  .refine((value) => value.toLowerCase() !== 'patchbay', 'is what the server itself is called');

/** What people call a user. */
export const displayName = name;

/** A password as it is typed. */
export const password = text(passwordLength.maximum).min(1);

/** A password that is to be set (S-01). */
export const newPassword = text(passwordLength.maximum).min(
  passwordLength.minimum,
  `must have at least ${passwordLength.minimum} characters`,
);

const role = z.enum(roles);

/** Somebody who can sign in. */
export const user = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  displayName: z.string(),
  role,
  status: z.enum(['active', 'disabled']),
  createdAt: instant,
  createdBy: z.string(),
  lastSignInAt: instant.nullable(),
});
export type User = z.infer<typeof user>;

/** Gives a user another role. */
export const roleInput = z.strictObject({ role });

/** A link that is shown this once; relative to the address of the server. */
export const oneTimeLink = z.strictObject({ link: z.string(), expiresAt: instant });
export type OneTimeLink = z.infer<typeof oneTimeLink>;
