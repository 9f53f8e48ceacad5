import type { FlowClock } from './flow-clock.ts';
import type { FlowJournal } from './flow-journal.ts';
import { firstOutcome, interrupted, type Outcome } from './flow-outcome.ts';

/** The activities that wait for the first step of their flow: with it they are over, while the flow goes on. */
export class FirstSteps {
  readonly #journal: FlowJournal;
  readonly #clock: FlowClock;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  constructor(journal: FlowJournal, clock: FlowClock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Waits for the end of an activity; `stop` takes back its wish when it is cancelled or takes too long. */
  async end(
    activity: string,
    timeoutMs: number,
    signal: AbortSignal,
    stop: () => Promise<void>,
  ): Promise<Outcome> {
    let ending: Outcome | null = null;
    const give = async (outcome: Outcome): Promise<void> => {
      ending ??= outcome;
      await stop();
      this.look();
    };
    const abort = (): void => void give(signal.reason === 'agentStops' ? interrupted : { kind: 'cancelled' });
    const cancelTimeout = this.#clock.after(timeoutMs, () => give({ kind: 'timedOut' }));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      for (;;) {
        const recorded = this.#journal.flows.get(activity);
        const outcome = recorded ? firstOutcome(recorded) : ending;
        if (outcome !== null) return ending ?? outcome;
        if (this.#isClosed) return interrupted;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    } finally {
      cancelTimeout();
      signal.removeEventListener('abort', abort);
    }
  }

  /** Something has happened: those who wait look whether it was what they wait for. */
  look(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The agent stops: nobody waits any more. */
  close(): void {
    this.#isClosed = true;
    this.look();
  }
}
