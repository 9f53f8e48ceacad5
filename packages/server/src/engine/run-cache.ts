import type { KnownRun } from '../db/run-steps.ts';

/**
 * Remembers runs as they were last written, so that the next step need not read them. It may be wrong when another
 * node has written since: writing finds that out.
 */
export class RunCache {
  readonly #most: number;
  readonly #runs = new Map<number, KnownRun>();

  /** Keeps at most this many runs. */
  constructor(most: number) {
    this.#most = most;
  }

  get(run: number): KnownRun | undefined {
    return this.#runs.get(run);
  }

  /** Keeps runs that go on, and forgets finished ones: nothing more is expected of them. */
  keep(runs: readonly KnownRun[]): void {
    for (const run of runs) {
      // Deleted first, so that the oldest entry is always the one that was not written for the longest time.
      this.#runs.delete(run.id);
      if (run.state.status !== 'finished') this.#runs.set(run.id, run);
    }
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= this.#most) return;
      this.#runs.delete(oldest);
    }
  }

  forget(runs: Iterable<number>): void {
    for (const run of runs) this.#runs.delete(run);
  }
}
