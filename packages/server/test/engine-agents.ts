import { activityId } from '@patchbay/domain/activity/activity-id';
import type { ReportedActivity } from '../src/db/activities.ts';
import type { ActivityToSend } from '../src/engine/engine.ts';
import { reportOf, type TestEngine } from './engine-fixture.ts';

/** Numbers from 0 to 1 that are the same in every run with the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Entry = { readonly state: 'running' | 'finished' | 'stored'; report: ReportedActivity };

/**
 * An endpoint without a network: it keeps a journal as agents do (E-08), and repeats, delays, drops its connection
 * and reboots by chance.
 */
export class UnsteadyAgent {
  readonly endpoint: string;
  /** How often each activity was carried out. */
  readonly executions = new Map<string, number>();
  readonly #engine: () => TestEngine;
  readonly #random: () => number;
  readonly #journal = new Map<string, Entry>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #connected = false;
  #boots = 1;
  #connection = 0;
  #stopped = false;

  constructor(endpoint: string, engine: () => TestEngine, random: () => number) {
    this.endpoint = endpoint;
    this.#engine = engine;
    this.#random = random;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async connect(): Promise<void> {
    if (this.#stopped) return;
    const connection = ++this.#connection;
    const entries = [...this.#journal].filter(([, entry]) => entry.state !== 'stored');
    this.#connected = true;
    await this.#engine()
      .connected(
        this.endpoint,
        `boot-${this.#boots}`,
        entries.map(([activity]) => ({ activity })),
      )
      .catch(() => undefined);
    if (connection !== this.#connection) return;
    for (const [id, entry] of this.#journal) if (entry.state === 'finished') this.#report(id);
  }

  receive(order: ActivityToSend): void {
    if (!this.#connected) return;
    const id = activityId(order);
    if (order.action === 'stop') return this.#end(id, { kind: 'cancelled' });
    if (this.#journal.has(id)) return;
    this.executions.set(id, (this.executions.get(id) ?? 0) + 1);
    const bootId = `boot-${this.#boots}`;
    this.#journal.set(id, { state: 'running', report: reportOf(order, { kind: 'timedOut' }, { bootId }) });
    this.#engine().started(this.endpoint, order, Date.now());
    this.#later(() => this.#end(id, this.#outcome(order)));
    if (this.#random() < 0.1) this.#later(() => this.#leave(this.#random() < 0.3));
  }

  #outcome(order: ActivityToSend): ReportedActivity['outcome'] {
    if (order.step === 'patch')
      return { kind: 'patched', patches: [], reboot: { needed: false, reasons: [] } };
    const dice = this.#random();
    if (dice < 0.8) return { kind: 'exited', exitCode: 0, facts: { dice: 'low' } };
    return dice < 0.95 ? { kind: 'exited', exitCode: 1, facts: {} } : { kind: 'timedOut' };
  }

  #end(id: string, outcome: ReportedActivity['outcome']): void {
    const entry = this.#journal.get(id);
    if (entry?.state !== 'running') return;
    const report = { ...entry.report, outcome, finishedAt: Date.now() };
    this.#journal.set(id, { state: 'finished', report });
    this.#report(id);
    if (this.#random() < 0.2) this.#later(() => this.#report(id));
  }

  #report(id: string): void {
    const entry = this.#journal.get(id);
    if (!this.#connected || entry === undefined || entry.state === 'running') return;
    const connection = this.#connection;
    this.#engine()
      .report(this.endpoint, entry.report)
      .then(
        () => {
          // An acknowledgement that the connection does not live to see is lost.
          if (connection === this.#connection) this.#journal.set(id, { ...entry, state: 'stored' });
        },
        () => undefined,
      );
  }

  /** Loses the connection, or goes down and comes back with a new boot id, and interrupts what was running. */
  #leave(reboots: boolean): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#connection += 1;
    void this.#engine()
      .disconnected(this.endpoint)
      .catch(() => undefined);
    if (reboots) {
      this.#boots += 1;
      for (const [id, entry] of this.#journal) {
        if (entry.state !== 'running') continue;
        const outcome = { kind: 'interrupted', reason: 'the machine went down' } as const;
        this.#journal.set(id, { state: 'finished', report: { ...entry.report, outcome } });
      }
    }
    this.#later(() => void this.connect());
  }

  #later(action: () => void): void {
    if (this.#stopped) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        action();
      },
      Math.floor(this.#random() * 15),
    );
    this.#timers.add(timer);
  }
}

/** Sends an engine's orders to these agents, some of them late and in another order. */
export function deliver(
  engine: TestEngine,
  agents: ReadonlyMap<string, UnsteadyAgent>,
  random: () => number,
): void {
  engine.onOrder = (order) => {
    const agent = agents.get(order.endpoint);
    if (random() < 0.8) agent?.receive(order);
    else setTimeout(() => agent?.receive(order), Math.floor(random() * 10));
    if (random() < 0.1) agent?.receive(order);
  };
}

/** Activities that were carried out more than once. */
export function executedTwice(agents: Iterable<UnsteadyAgent>): string[] {
  return [...agents].flatMap((agent) =>
    [...agent.executions].filter(([, count]) => count > 1).map(([id]) => id),
  );
}
