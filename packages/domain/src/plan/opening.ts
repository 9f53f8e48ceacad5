import { counted, duration } from '../run/wording.ts';
import type { Verdict } from './state.ts';

/** What a server takes to notice that a time has come is not called late. */
const punctualMs = 5 * 60_000;

/** Says how late a cycle opens, in a sentence; null: it is in time (P-05). Epoch milliseconds. */
export function latenessInWords(plannedAt: number, openedAt: number): string | null {
  const late = openedAt - plannedAt;
  return late < punctualMs ? null : `It opens ${duration(late)} late; its deadline counts from its time.`;
}

/**
 * Says that a cycle opens with another number of endpoints than it was approved for, as groups grow and shrink (P-09),
 * without a full stop; null: it is the same, or nobody had to approve.
 */
export function changedSinceApproval(
  approval: Pick<Verdict, 'endpoints'> | null,
  endpoints: number,
): string | null {
  if (approval === null || approval.endpoints === endpoints) return null;
  return `it was approved for ${counted(approval.endpoints, 'endpoint')} and opens with ${endpoints}`;
}
