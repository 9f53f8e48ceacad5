import { planStatuses } from '@patchbay/domain/plan/state';
import { z } from 'zod';
import { link, reference } from './reference.ts';
import { instant, name, text } from './text.ts';

/** What makes a sender of signed webhooks (P-09). */
export const webhookSenderInput = z.strictObject({ name });

/** A system that may approve and reject plans by signed webhooks; its secret is stored sealed. */
export const webhookSender = z.strictObject({
  id: z.uuid(),
  name,
  status: z.enum(['valid', 'revoked']),
  createdAt: instant,
  createdBy: z.string(),
  lastUsedAt: instant.nullable(),
});
export type WebhookSender = z.infer<typeof webhookSender>;

/** The answer that makes the sender; its secret is shown this once. */
export const createdWebhookSender = webhookSender.extend({
  /** `whsec_` and 32 bytes in base64. */
  secret: z.string(),
});
export type CreatedWebhookSender = z.infer<typeof createdWebhookSender>;

/** What an ITSM system has decided about an activated plan (P-09). */
export const planDecisionInput = z.strictObject({
  /** The id or the name of the plan. */
  plan: reference,
  decision: z.enum(['approve', 'reject']),
  /** What the ITSM system calls the change, such as `CHG0012345`. */
  reference: text(200).min(1),
  /** Who decided there; null: nobody in particular. */
  by: text(200).min(1).nullable().default(null),
  comment: text(2000).nullable().default(null),
  /** The revision of the plan that was decided on; one that was edited since is not moved. null: whichever it is. */
  revision: z.int().min(1).nullable().default(null),
});

/** What has become of a decision. */
export const planDecision = z.strictObject({
  plan: link,
  decision: planDecisionInput.shape.decision,
  reference: z.string(),
  /** Where the plan stands now. */
  status: z.enum(planStatuses),
});
export type PlanDecision = z.infer<typeof planDecision>;
