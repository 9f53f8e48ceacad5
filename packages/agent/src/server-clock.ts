/** The server's clock as this endpoint knows it, in epoch milliseconds: orders expire by it. */
export class ServerClock {
  readonly #now: () => number;
  /** The server's clock minus this endpoint's; null until the server has told. */
  #aheadMs: number | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes over the server's time from a welcome whose signature was right. */
  correct(serverTime: number): void {
    this.#aheadMs = serverTime - this.#now();
  }

  /** This endpoint's clock minus the server's, in milliseconds; null until the server has told. */
  skewMs(): number | null {
    return this.#aheadMs === null ? null : -this.#aheadMs;
  }

  now(): number {
    return this.#now() + (this.#aheadMs ?? 0);
  }
}
