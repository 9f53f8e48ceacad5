import type { StartOrder } from '@patchbay/contracts/activity-order';
import type { ActivityReport, AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import { cleanText } from './clean-text.ts';
import { messageOf } from './error-code.ts';
import { type Executor, executeWork, type Outcome, type StopReason } from './execute/execute-work.ts';
import type { Intent, Journal } from './journal.ts';
import type { Log } from './log.ts';
import type { RefusedActivity } from './orders.ts';
import type { OutputSender } from './output.ts';
import { refusalByPolicy } from './policy.ts';
import { fitReport } from './report-fit.ts';
import type { ServerClock } from './server-clock.ts';
import { outputBytesOf, SpoolWriter } from './spool.ts';

export interface ActivitiesOptions {
  readonly journal: Journal;
  readonly executor: Executor;
  readonly output: OutputSender;
  readonly spoolRoot: string;
  readonly clock: ServerClock;
  readonly policy: () => Promise<LocalPolicy>;
  /** Of the boot that the agent lives in. */
  readonly bootId: string;
  readonly send: (message: AgentMessage) => boolean;
  /** Patches have been installed or tried to be. */
  readonly onPatched: () => void;
  /** Keeps patch scans out while the package manager is at work. */
  readonly withPackageManager: <T>(work: () => Promise<T>) => Promise<T>;
  readonly log: Log;
}

interface Current {
  readonly order: StartOrder;
  readonly stop: AbortController;
  /** null: not begun yet. */
  intent: Intent | null;
}

const noBytes = { stdout: 0, stderr: 0 };

/**
 * The activities of this endpoint: one at a time, each at most once (E-08), each reported until the server has
 * stored the report. What has been received is done whether or not the server is there (E-09).
 */
export class Activities {
  readonly #options: ActivitiesOptions;
  readonly #waiting: StartOrder[] = [];
  #current: Current | null = null;
  /** Resolves when the queue is empty. */
  #work: Promise<void> = Promise.resolve();
  #isWorking = false;
  #isClosing = false;

  constructor(options: ActivitiesOptions) {
    this.#options = options;
  }

  /** Whether nothing is under way or waits for its turn. */
  get isIdle(): boolean {
    return !this.#isWorking;
  }

  /** Takes an order that has been checked. One that is known already is answered with what is known. */
  start(order: StartOrder): void {
    if (this.#isClosing || this.#isKnown(order.activity)) return;
    this.#waiting.push(order);
    if (this.#isWorking) return;
    this.#isWorking = true;
    this.#work = this.#workOff();
  }

  /** Ends an activity (W-13): one that waits or never came is cancelled at once, a running one is asked to stop. */
  async stop({ id, expiresAt }: RefusedActivity): Promise<void> {
    if (this.#current?.order.activity === id) {
      this.#current.stop.abort('cancelled' satisfies StopReason);
      return;
    }
    const index = this.#waiting.findIndex(({ activity }) => activity === id);
    if (index >= 0) this.#waiting.splice(index, 1);
    if (!this.#isKnown(id)) await this.#conclude(id, expiresAt, { kind: 'cancelled' });
  }

  /** Reports that an order will not be carried out. */
  async refuse({ id, expiresAt }: RefusedActivity, reason: string): Promise<void> {
    if (!this.#isKnown(id))
      await this.#conclude(id, expiresAt, { kind: 'refused', reason: cleanText(reason, 1000) });
  }

  /** The server is there again: tells it everything that it has not confirmed. */
  reconnected(): void {
    this.#sendStarted();
    for (const report of this.#options.journal.unacknowledged())
      this.#options.send({ type: 'finished', report });
  }

  /** Takes no more orders, waits for the running activity, then ends it if it is a script. */
  async close(waitMs: number): Promise<void> {
    this.#isClosing = true;
    this.#waiting.length = 0;
    const timer = setTimeout(() => this.#current?.stop.abort('agentStops' satisfies StopReason), waitMs);
    // An installation is not cut: it goes on without the agent, which reports it as interrupted when it is back.
    const isInstalling = this.#current?.order.work.kind === 'patch';
    await Promise.race([
      this.#work,
      ...(isInstalling ? [new Promise((resolve) => setTimeout(resolve, waitMs))] : []),
    ]);
    clearTimeout(timer);
  }

  /** Whether an activity must not begin (again); sends what a server that asks anew has missed. */
  #isKnown(activity: string): boolean {
    const { journal, send, log } = this.#options;
    if (this.#waiting.some((waiting) => waiting.activity === activity)) return true;
    if (this.#current?.order.activity === activity) {
      this.#sendStarted();
      return true;
    }
    const state = journal.stateOf(activity);
    if (state === undefined) return false;
    const report = journal.unacknowledged().find((one) => one.activity === activity);
    if (report) send({ type: 'finished', report });
    else log('info', 'an order for an activity that is done changes nothing', { activity });
    return true;
  }

  async #workOff(): Promise<void> {
    for (let order = this.#waiting.shift(); order; order = this.#waiting.shift()) {
      this.#current = { order, stop: new AbortController(), intent: null };
      try {
        await this.#carryOut(this.#current);
      } catch (error) {
        const { activity } = order;
        this.#options.log('error', 'an activity failed inside the agent', {
          activity,
          problem: messageOf(error),
        });
      }
      this.#current = null;
    }
    this.#isWorking = false;
  }

  async #carryOut(current: Current): Promise<void> {
    const { journal, clock, bootId, log } = this.#options;
    const { order, stop } = current;
    const { activity, expiresAt, work } = order;
    const refusal = refusalByPolicy(order, await this.#options.policy());
    if (refusal !== null) return this.#conclude(activity, expiresAt, { kind: 'refused', reason: refusal });
    if (stop.signal.aborted) return this.#conclude(activity, expiresAt, { kind: 'cancelled' });
    const intent: Intent = { activity, kind: work.kind, startedAt: clock.now(), bootId, expiresAt };
    try {
      await journal.start(intent);
    } catch (error) {
      const reason = cleanText(`the journal cannot be written: ${messageOf(error)}`, 1000);
      return this.#conclude(activity, expiresAt, { kind: 'notStarted', reason });
    }
    current.intent = intent;
    this.#sendStarted();
    log('info', 'activity started', { activity });
    await this.#finish(await this.#run(order, intent, stop.signal), expiresAt);
    if (work.kind === 'patch' && !work.simulate) this.#options.onPatched();
  }

  async #run(order: StartOrder, intent: Intent, signal: AbortSignal): Promise<ActivityReport> {
    const { executor, output, spoolRoot, clock, withPackageManager } = this.#options;
    const { activity, startedAt, bootId } = intent;
    const spool = new SpoolWriter(spoolRoot, activity, order.work.outputLimitBytes);
    output.begin(activity);
    const run = (): Promise<Outcome> =>
      executeWork(order, executor, signal, (stream, chunk) => {
        spool.append(stream, chunk);
        output.grown();
      });
    const outcome = await (intent.kind === 'patch' ? withPackageManager(run) : run());
    const cutBytes = spool.close();
    const outputBytes = outputBytesOf(spoolRoot, activity);
    return { activity, startedAt, finishedAt: clock.now(), bootId, outcome, outputBytes, cutBytes };
  }

  /** Ends an activity that has never begun. */
  async #conclude(activity: string, expiresAt: number, outcome: Outcome): Promise<void> {
    const { clock, bootId } = this.#options;
    const finishedAt = clock.now();
    await this.#finish(
      { activity, startedAt: null, finishedAt, bootId, outcome, outputBytes: noBytes, cutBytes: noBytes },
      expiresAt,
    );
  }

  async #finish(report: ActivityReport, expiresAt: number): Promise<void> {
    const { journal, output, send, log } = this.#options;
    const fitting = fitReport(report);
    await journal.finish(fitting, expiresAt);
    log('info', 'activity finished', { activity: report.activity, outcome: report.outcome.kind });
    send({ type: 'finished', report: fitting });
    output.complete(report.activity);
  }

  #sendStarted(): void {
    const intent = this.#current?.intent;
    if (intent) this.#options.send({ type: 'started', activity: intent.activity, at: intent.startedAt });
  }
}
