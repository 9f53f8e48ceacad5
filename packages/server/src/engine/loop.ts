import { setTimeout as delay } from 'node:timers/promises';
import type { BaseLogger } from 'pino';

/** How a {@link Loop} is made. */
export interface LoopOptions {
  /** What it does, for the log. */
  readonly what: string;
  readonly everyMs: number;
  readonly task: () => Promise<void>;
  readonly log: BaseLogger;
}

const failurePauseMs = 100;

/**
 * Does a task from time to time, and soon after it was asked to; never twice at once. A task that fails is done
 * again in its time.
 */
export class Loop {
  readonly #options: LoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #asked = false;
  #started = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  /** Begins, with the task at once. */
  start(): void {
    this.#started = true;
    this.ask();
  }

  /** Has the task done soon, once more when it is under way. */
  ask(): void {
    this.#asked = true;
    if (!this.#started || this.#running !== null) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#running = this.#run();
  }

  /** Whether the task is under way. */
  get busy(): boolean {
    return this.#running !== null;
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#started = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#asked = false;
      await this.#attempt();
    } while (this.#asked && this.#started);
    // In the same turn in which nobody had asked, so that nobody can ask in between.
    this.#running = null;
    if (this.#started) this.#timer = setTimeout(() => this.ask(), this.#options.everyMs);
  }

  async #attempt(): Promise<void> {
    try {
      await this.#options.task();
    } catch (error) {
      this.#options.log.warn({ err: error, task: this.#options.what }, 'A task of the server failed');
      // Whoever asks meanwhile need not ask for the same failure at once.
      await delay(failurePauseMs);
    }
  }
}
