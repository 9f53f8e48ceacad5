import { setTimeout as delay } from 'node:timers/promises';

/** A timer that is set for longer fires at once. */
const longestMs = 2 ** 31 - 1;

/** Time that passes faster, or slower, than on the clock on the wall, from the moment when this is made. */
export class SimulatedTime {
  readonly #speed: number;
  readonly #beganAt = Date.now();

  /** `speed`: simulated milliseconds in a real one. */
  constructor(speed: number) {
    this.#speed = speed;
  }

  /** Simulated epoch milliseconds. */
  now(): number {
    return Math.round(this.#beganAt + (Date.now() - this.#beganAt) * this.#speed);
  }

  /** Waits so many simulated milliseconds; less when `signal` aborts. Never rejects. */
  async pass(ms: number, signal?: AbortSignal): Promise<void> {
    await delay(this.#real(ms), undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }

  /** Calls once after so many simulated milliseconds; answers how to take that back. */
  after(ms: number, call: () => void): () => void {
    const timer = setTimeout(call, this.#real(ms));
    return () => clearTimeout(timer);
  }

  #real(ms: number): number {
    return Math.min(longestMs, Math.max(0, ms / this.#speed));
  }
}
