import { duration } from '../run/wording.ts';

/** What a server takes to notice that a time has come is not called late. */
const punctualMs = 5 * 60_000;

/** Says how late a cycle opens, in a sentence; null: it is in time (P-05). Epoch milliseconds. */
export function latenessInWords(plannedAt: number, openedAt: number): string | null {
  const late = openedAt - plannedAt;
  return late < punctualMs ? null : `It opens ${duration(late)} late; its deadline counts from its time.`;
}
