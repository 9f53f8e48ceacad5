import type { Order, PatchWork, ScriptWork } from '@patchbay/contracts/activity-order';
import type { ServerMessage } from '@patchbay/contracts/agent-protocol';
import { orderText } from '@patchbay/contracts/signing-text';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { ActivityToSend } from '../engine/engine.ts';
import type { InstallationKey } from './ed25519.ts';

/** How long an order may be carried out after it was issued; every delivery is signed anew. */
const validForMs = 15 * 60_000;

/** The work of an activity with its secrets opened, ready for one endpoint only. */
export interface OpenedWork {
  readonly rehearsal: boolean;
  readonly work: ScriptWork | PatchWork;
}

/** Signs an order for the wire (S-05). */
export function signOrder(key: InstallationKey, order: Order): ServerMessage {
  const payload = JSON.stringify(order);
  return { type: 'order', payload, signature: key.sign(orderText(payload)) };
}

/** Turns what the engine wants done into a signed order. */
export async function orderFor(
  toSend: ActivityToSend,
  key: InstallationKey,
  openWork: (toSend: ActivityToSend) => Promise<OpenedWork>,
  now: number,
): Promise<ServerMessage> {
  const base = {
    endpoint: toSend.endpoint,
    activity: activityId(toSend),
    issuedAt: now,
    expiresAt: now + validForMs,
  };
  if (toSend.action === 'stop') return signOrder(key, { order: 'stop', ...base });
  return signOrder(key, { order: 'start', ...base, ...(await openWork(toSend)) });
}

/** The order for a patch scan and fresh facts (E-03, on demand). */
export function scanOrder(endpoint: string, key: InstallationKey, now: number): ServerMessage {
  return signOrder(key, { order: 'scan', endpoint, issuedAt: now, expiresAt: now + validForMs });
}
