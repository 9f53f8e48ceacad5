import { uptime } from 'node:os';
import type { Moment, Zone } from '@patchbay/domain/reboot/moment';

/** The clocks that flows of Interactive Reboot go by; tests have their own. */
export interface FlowClock {
  now(): Moment;
  /** Calls once after about so many milliseconds; answers how to take that back. What fails in the call is its own. */
  after(ms: number, call: () => Promise<void>): () => void;
}

/** The clocks of this endpoint. The time since the boot goes on during sleep and hibernation. */
export const endpointClock: FlowClock = {
  now() {
    const at = Date.now();
    return { at, up: Math.round(uptime() * 1000), zone: zoneAt(at, localOffset) };
  },
  after(ms, call) {
    const timer = setTimeout(() => void call(), ms);
    return () => clearTimeout(timer);
  },
};

const nearMs = 14 * 24 * 3_600_000;

/** The offset at a time and its next change within two weeks. `offsetAt` answers minutes to add to UTC. */
export function zoneAt(at: number, offsetAt: (at: number) => number): Zone {
  const offsetMinutes = offsetAt(at);
  const laterOffset = offsetAt(at + nearMs);
  if (laterOffset === offsetMinutes) return { offsetMinutes, change: null };
  let [before, after] = [at, at + nearMs];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === offsetMinutes) before = middle;
    else after = middle;
  }
  return { offsetMinutes, change: { at: after, offsetMinutes: laterOffset } };
}

function localOffset(at: number): number {
  return Math.round(-new Date(at).getTimezoneOffset());
}
