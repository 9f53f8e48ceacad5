import { roles } from '@patchbay/domain/permission/role';
import { z } from 'zod';
import { instant, name } from './text.ts';

/** What somebody may do (S-02). */
const role = z.enum(roles);

/** What makes an API token (S-03). */
export const apiTokenInput = z.strictObject({
  name,
  role,
  /** null: it does not expire. */
  expiresInDays: z.int().min(1).max(3660).nullable().default(365),
});

/** An API token without the token itself, which is stored hashed. */
export const apiToken = z.strictObject({
  id: z.uuid(),
  name,
  role,
  status: z.enum(['valid', 'expired', 'revoked']),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
});
export type ApiToken = z.infer<typeof apiToken>;

/** The answer that makes the token; it is shown this once. */
export const createdApiToken = apiToken.extend({ token: z.string() });
export type CreatedApiToken = z.infer<typeof createdApiToken>;
