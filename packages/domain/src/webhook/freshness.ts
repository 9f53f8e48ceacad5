/** How far the time of a signed webhook may be from that of the server. */
const webhookToleranceMs = 5 * 60_000;

/** Whether a webhook was signed just now; times in epoch milliseconds (P-09). */
export function isFresh(signedAt: number, now: number): boolean {
  return Math.abs(now - signedAt) <= webhookToleranceMs;
}
