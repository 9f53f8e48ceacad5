import type { Order, PatchWork, RebootWork, ScriptWork } from '@patchbay/contracts/activity-order';
import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { orderText } from '@patchbay/contracts/signing-text';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { ActivityToSend } from '../engine/engine.ts';
import type { InstallationKey } from './ed25519.ts';

/** A signed order as it goes over the wire. */
export type OrderMessage = Extract<ServerMessage, { type: 'order' }>;

/** How long an order may be carried out after it was issued; every delivery is signed anew. */
const validForMs = 15 * 60_000;

/** The work of an activity with its secrets opened, ready for one endpoint only. */
export interface OpenedWork {
  readonly rehearsal: boolean;
  readonly work: ScriptWork | PatchWork | RebootWork;
}

/** The work of an activity cannot be sent, now or later; the message says why, to the operator. */
export class UnusableWork extends Error {}

/** Signs an order for the wire (S-05). */
function signOrder(key: InstallationKey, order: Order): OrderMessage {
  const payload = JSON.stringify(order);
  return { type: 'order', payload, signature: key.sign(orderText(payload)) };
}

/** Turns what the engine wants done into a signed order. Throws UnusableWork, or whatever `openWork` throws. */
export async function orderFor(
  toSend: ActivityToSend,
  {
    key,
    openWork,
    now,
  }: {
    readonly key: InstallationKey;
    readonly openWork: (toSend: ActivityToSend) => Promise<OpenedWork>;
    readonly now: () => number;
  },
): Promise<OrderMessage> {
  const opened = toSend.action === 'start' ? await openWork(toSend) : null;
  const issuedAt = now();
  const base = {
    endpoint: toSend.endpoint,
    activity: activityId(toSend),
    issuedAt,
    expiresAt: issuedAt + validForMs,
  };
  if (opened === null) return signOrder(key, { order: 'stop', ...base });
  const message = signOrder(key, { order: 'start', ...base, ...opened });
  if (isTooLarge(message)) throw new UnusableWork('its script and parameters are too large to be sent');
  return message;
}

function isTooLarge(message: OrderMessage): boolean {
  const { serverMessageBytes } = limits;
  // As JSON in JSON, a character takes at most seven bytes: only few orders have to be measured.
  return (
    message.payload.length > serverMessageBytes / 8 &&
    Buffer.byteLength(JSON.stringify(message)) > serverMessageBytes
  );
}

/** The order for a patch scan and fresh facts (E-03, on demand). */
export function scanOrder(endpoint: string, key: InstallationKey, now: number): OrderMessage {
  return signOrder(key, { order: 'scan', endpoint, issuedAt: now, expiresAt: now + validForMs });
}
