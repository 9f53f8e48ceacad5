import { roles } from '@patchbay/domain/permission/role';
import { z } from 'zod';
import { instant } from './text.ts';

const role = z.enum(roles);

/** Invites somebody to become a user. */
export const invitationInput = z.strictObject({
  role,
  expiresInHours: z
    .int()
    .min(1)
    .max(30 * 24)
    .default(72),
});

/** An invitation; its link is shown once only and stored hashed. */
export const invitation = z.strictObject({
  id: z.uuid(),
  role,
  status: z.enum(['valid', 'used', 'expired', 'revoked']),
  createdAt: instant,
  createdBy: z.string(),
  expiresAt: instant,
});
export type Invitation = z.infer<typeof invitation>;

/** The answer that makes the invitation; `link` is relative to the address of the server. */
export const createdInvitation = invitation.extend({ link: z.string() });
export type CreatedInvitation = z.infer<typeof createdInvitation>;
