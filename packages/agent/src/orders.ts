import { activityIdText, type Order, order } from '@patchbay/contracts/activity-order';
import { orderText } from '@patchbay/contracts/signing-text';
import { z } from 'zod';
import { isSignedBy } from './keys.ts';

/** Why an order is not carried out; whether it was carried out before is the journal's to say. */
export type OrderFault = 'signature' | 'malformed' | 'addressee' | 'expired';

export type CheckedOrder =
  | { readonly ok: true; readonly order: Order }
  | {
      readonly ok: false;
      readonly fault: OrderFault;
      readonly reason: string;
      /** The activity to report as refused; null when the order is not credible enough or is about none. */
      readonly activity: RefusedActivity | null;
    };

export interface RefusedActivity {
  readonly id: string;
  readonly expiresAt: number;
}

export interface OrderAddressee {
  readonly endpoint: string;
  readonly installationKey: string;
}

/** What every version's order for an activity has. */
const startEnvelope = z.object({
  order: z.literal('start'),
  endpoint: z.uuid(),
  activity: activityIdText,
  expiresAt: z.int(),
});

/**
 * Checks an order (S-05): signed with the key that was pinned at enrolment, meant for this endpoint, still valid by
 * the server's clock `now`, and understood.
 */
export function checkOrder(
  message: { readonly payload: string; readonly signature: string },
  { endpoint, installationKey }: OrderAddressee,
  now: number,
): CheckedOrder {
  const refused = (
    fault: OrderFault,
    reason: string,
    activity: RefusedActivity | null = null,
  ): CheckedOrder => ({
    ok: false,
    fault,
    reason,
    activity,
  });
  if (!isSignedBy(installationKey, orderText(message.payload), message.signature)) {
    return refused('signature', 'the order is not signed with the installation’s key');
  }
  const content = parseJson(message.payload);
  const envelope = startEnvelope.safeParse(content);
  const isOurs = envelope.success && envelope.data.endpoint === endpoint;
  const activity = isOurs ? { id: envelope.data.activity, expiresAt: envelope.data.expiresAt } : null;
  const parsed = order.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue ? ` (${issue.path.join('.')}: ${issue.message})` : '';
    return refused('malformed', `this version of the agent does not understand the order${where}`, activity);
  }
  if (parsed.data.endpoint !== endpoint) return refused('addressee', 'the order is for another endpoint');
  if (parsed.data.expiresAt <= now) {
    const late = Math.ceil((now - parsed.data.expiresAt) / 1000);
    return refused('expired', `the order expired ${late} s before it came`, activity);
  }
  return { ok: true, order: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
