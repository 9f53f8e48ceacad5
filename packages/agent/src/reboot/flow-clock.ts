import { uptime } from 'node:os';
import type { Moment } from '@patchbay/domain/reboot/moment';
import { zoneAt } from '@patchbay/domain/reboot/zone';

/** The clocks that flows of Interactive Reboot go by; tests have their own. */
export interface FlowClock {
  now(): Moment;
  /** Calls once after about so many milliseconds; answers how to take that back. What fails in the call is its own. */
  after(ms: number, call: () => Promise<void>): () => void;
}

/** Clocks are nudged all the time; more than this is worth telling. */
const clockStepMs = 2000;

/** Notices that the wall clock was set or the time zone changed, which the time since the boot does not show. */
export class ClockWatch {
  /** What the wall clock showed at the boot. */
  #bootAt = 0;
  #offsetMinutes = 0;

  /** Keeps how the clocks stand to each other now. */
  note({ at, up, zone }: Moment): void {
    this.#bootAt = at - up;
    this.#offsetMinutes = zone.offsetMinutes;
  }

  /** Whether that has changed since it was kept. */
  isSet({ at, up, zone }: Moment): boolean {
    return Math.abs(at - up - this.#bootAt) > clockStepMs || zone.offsetMinutes !== this.#offsetMinutes;
  }
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

function localOffset(at: number): number {
  return Math.round(-new Date(at).getTimezoneOffset());
}
