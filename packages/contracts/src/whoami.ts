import { roles } from '@patchbay/domain/permission/role';
import { themes } from '@patchbay/domain/user/theme';
import { z } from 'zod';
import { instant } from './text.ts';
import { displayName, newPassword, password } from './user.ts';

/** Who is asking, and what they may do. */
export const whoami = z.strictObject({
  kind: z.enum(['user', 'token']),
  name: z.string(),
  /** What people call them; the name of a token. */
  displayName: z.string(),
  role: z.enum(roles),
  /** The actions of the permission table that the role includes. */
  actions: z.array(z.string()),
  /** null for a token. */
  theme: z.enum(themes).nullable(),
  /** When the session ends at the latest, or the token expires; null: never. */
  expiresAt: instant.nullable(),
});
export type Whoami = z.infer<typeof whoami>;

/** What users say of themselves. */
export const profileInput = z.strictObject({ displayName, theme: z.enum(themes) });

/** Changes one's own password; other sessions end. */
export const passwordChangeInput = z.strictObject({ currentPassword: password, newPassword });
