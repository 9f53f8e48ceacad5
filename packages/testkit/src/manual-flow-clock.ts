import type { FlowClock } from '@patchbay/agent/reboot/flow-clock';
import type { Moment, Zone } from '@patchbay/domain/reboot/moment';

interface Timer {
  readonly dueUp: number;
  readonly call: () => Promise<void>;
}

/** The clocks of an endpoint in the hands of a test: days pass in milliseconds. */
export class ManualFlowClock implements FlowClock {
  zone: Zone = { offsetMinutes: 0, change: null };
  #at: number;
  #up = 3_600_000;
  readonly #timers = new Set<Timer>();

  /** `at`: what the wall clock shows, epoch milliseconds; the endpoint was booted an hour before. */
  constructor(at: number) {
    this.#at = at;
  }

  now(): Moment {
    return { at: this.#at, up: this.#up, zone: this.zone };
  }

  after(ms: number, call: () => Promise<void>): () => void {
    const timer = { dueUp: this.#up + Math.max(1, Math.ceil(ms)), call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass: whatever is due meanwhile is called in order, and waited for. */
  async advance(ms: number): Promise<void> {
    const endUp = this.#up + Math.round(ms);
    for (let timer = this.#first(endUp); timer; timer = this.#first(endUp)) {
      this.#timers.delete(timer);
      this.sleep(Math.max(0, timer.dueUp - this.#up));
      await timer.call();
    }
    this.sleep(endUp - this.#up);
  }

  /** Lets time pass while the endpoint sleeps: what was due is late. */
  sleep(ms: number): void {
    this.#at += Math.round(ms);
    this.#up += Math.round(ms);
  }

  /** Somebody sets the wall clock ahead, or back. */
  set(byMs: number): void {
    this.#at += byMs;
  }

  /** The endpoint boots: the time since the boot begins anew, and nothing that was waited for comes. */
  boot(): void {
    this.#at += 30_000;
    this.#up = 10_000;
    this.#timers.clear();
  }

  #first(endUp: number): Timer | undefined {
    return [...this.#timers]
      .filter(({ dueUp }) => dueUp <= endUp)
      .toSorted((one, other) => one.dueUp - other.dueUp)[0];
  }
}
