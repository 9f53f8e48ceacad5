import type { RebootWork } from '@patchbay/contracts/activity-order';
import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { RebootNeed } from '@patchbay/contracts/inventory';
import { decide } from '@patchbay/domain/reboot/decide';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import type { Moment } from '@patchbay/domain/reboot/moment';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { initialRebootState } from '@patchbay/domain/reboot/state';
import { dueUp } from '@patchbay/domain/reboot/timing';
import { messageOf } from '../error-code.ts';
import { FirstSteps } from './first-steps.ts';
import { ClockWatch } from './flow-clock.ts';
import { FlowEffects, type FlowEffectsOptions, type Happening, type LiveFlow } from './flow-effects.ts';
import { FlowJournal } from './flow-journal.ts';
import { firstOutcome, notStarted, type Outcome, sentenceFor, stateOf } from './flow-outcome.ts';
import { FlowReports } from './flow-reports.ts';
import { FlowSessions } from './flow-sessions.ts';

/** Without a notifier, or without means to reboot, no flow begins. */
export interface FlowDriverOptions extends FlowEffectsOptions {
  readonly journalPath: string;
  readonly rebootNeed: () => Promise<RebootNeed>;
  /** Of the boot that the agent lives in. */
  readonly bootId: string;
  readonly send: (message: AgentMessage) => boolean;
}

/** How often users and clocks are looked at while a flow is under way, in milliseconds. */
const lookEveryMs = 30_000;
/** After a longer pause between two looks the endpoint has slept. */
const sleptMs = 3 * lookEveryMs;
/** After an event that could not be written to the disk. */
const writeAgainMs = 5000;

/**
 * Carries out Interactive Reboot on this endpoint: feeds the pure rules with what happens, writes each event to the
 * disk, and then does what the rules say. Events are handled one at a time.
 */
export class FlowDriver {
  readonly #options: FlowDriverOptions;
  readonly #journal: FlowJournal;
  readonly #reports: FlowReports;
  readonly #sessions: FlowSessions;
  readonly #effects: FlowEffects;
  readonly #firstSteps: FirstSteps;
  #live: LiveFlow | null = null;
  /** Handles one event after the other. */
  #turn: Promise<void> = Promise.resolve();
  #cancelLook: () => void = () => {};
  #lookedUp = 0;
  /** Tells whether what is on the screens still names the right times. */
  readonly #told = new ClockWatch();
  #isClosed = false;

  private constructor(options: FlowDriverOptions, journal: FlowJournal) {
    this.#options = options;
    this.#journal = journal;
    this.#reports = new FlowReports(journal, options.send);
    this.#sessions = new FlowSessions(options.notifier);
    this.#firstSteps = new FirstSteps(journal, options.clock);
    this.#effects = new FlowEffects(options, this.#sessions, (event) => void this.#happen(event));
  }

  /** Reads what an earlier agent left, and goes on with it: a new boot ends the flow, anything else shows what is due. */
  static async open(options: FlowDriverOptions): Promise<FlowDriver> {
    const driver = new FlowDriver(options, await FlowJournal.open(options.journalPath, options.log));
    for (const [id, recorded] of driver.#journal.flows) {
      const { settings, events, stored } = recorded;
      const state = stateOf(recorded);
      if (state.status !== 'ended' && state.status !== 'new') driver.#live = { id, settings, state };
      else if (stored >= events.length) await driver.#journal.forget(id);
    }
    await driver.#resume();
    return driver;
  }

  /**
   * Begins a flow for an activity, or joins the one that is under way; answers when the activity is over, which
   * is when the first notification has been raised or the policy for nobody being there has acted.
   */
  async carryOut(
    activity: string,
    work: RebootWork,
    signal: AbortSignal,
    onOutput: (text: string) => void,
  ): Promise<Outcome> {
    const { notifier, systemReboot } = this.#options;
    if (notifier === null) return notStarted('this agent cannot show notifications on this endpoint');
    if (systemReboot === null) return notStarted('this agent cannot reboot this endpoint');
    const live = this.#live;
    if (live !== null) {
      await this.#happen({ kind: 'joined', activity });
      if (live.state.members.includes(activity)) {
        onOutput(`Joined the Interactive Reboot ${live.id}, which is under way.\n`);
        return { kind: 'userAsked' };
      }
    }
    const problem = await this.#begin(activity, work.settings);
    if (problem !== null) return notStarted(problem);
    const outcome = await this.#firstSteps.end(activity, work.timeoutMs, signal, () => this.stop(activity));
    onOutput(`${sentenceFor(outcome)}\n`);
    return outcome;
  }

  /** A new agent has found the activity begun and without an end: what it came to, as far as the flow tells. */
  async recovered(activity: string): Promise<Outcome | null> {
    const recorded = this.#journal.flows.get(activity);
    if (recorded === undefined) return null;
    const outcome = firstOutcome(recorded);
    if (outcome === null) await this.stop(activity);
    return outcome;
  }

  /** Takes back the wish of an activity (W-13): the flow ends with the last one, its notifications go away. */
  async stop(activity: string): Promise<void> {
    if (this.#live?.state.members.includes(activity)) await this.#happen({ kind: 'stopped', activity });
  }

  /** The server is there again: tells it what it does not have. */
  reconnected(): void {
    this.#reports.reconnected();
  }

  /** The server has the first `count` events of a flow. */
  async stored(flow: string, count: number): Promise<void> {
    const hasAll = await this.#reports.stored(flow, count);
    if (hasAll && this.#live?.id !== flow) await this.#journal.forget(flow);
  }

  /** Resolves when everything that has happened so far has been dealt with. */
  async settled(): Promise<void> {
    for (let turn: Promise<void> | null = null; turn !== this.#turn; ) {
      turn = this.#turn;
      await turn;
      // What a notifier answers at once comes with the next turn of the loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Stops looking and takes away what is on the screens; the flow stays on the disk for the next agent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelLook();
    this.#effects.clearScreens();
    await this.#turn;
    this.#firstSteps.close();
    await this.#journal.close();
  }

  /** Begins a flow in its turn; answers why it cannot, or null. */
  async #begin(activity: string, settings: RebootSettings): Promise<string | null> {
    let problem: string | null = null;
    this.#turn = this.#turn
      .then(() => this.#takeBegin(activity, settings))
      .catch((error: unknown) => {
        problem = messageOf(error);
      })
      .then(() => this.#finishTurn());
    await this.#turn;
    return problem;
  }

  async #takeBegin(activity: string, settings: RebootSettings): Promise<void> {
    const { needed } = await this.#options.rebootNeed();
    await this.#sessions.read();
    const { bootId } = this.#options;
    const event: RebootEvent = {
      kind: 'begin',
      now: this.#options.clock.now(),
      activity,
      bootId,
      needed,
      sessions: this.#sessions.askable(),
    };
    const decision = decide(settings, initialRebootState, event);
    if (decision.kind !== 'accepted') throw new Error(decision.reason);
    await this.#journal.begin(activity, settings, event);
    const live = { id: activity, settings, state: decision.state };
    this.#live = decision.state.status === 'ended' ? null : live;
    this.#lookedUp = event.now.up;
    this.#told.note(event.now);
    await this.#effects.act(decision.commands, live);
  }

  async #resume(): Promise<void> {
    const live = this.#live;
    if (live === null) return;
    const { bootId, log } = this.#options;
    if (live.state.bootId !== bootId) return this.#happen({ kind: 'booted', bootId });
    log('info', 'an Interactive Reboot goes on', { flow: live.id, status: live.state.status });
    await this.#sessions.read().catch((error: unknown) => {
      log('error', 'the users of this endpoint are not known', { problem: messageOf(error) });
    });
    const now = this.#options.clock.now();
    this.#lookedUp = now.up;
    this.#told.note(now);
    await this.#happen({ kind: 'resumed', cause: 'agentRestarted', sessions: this.#sessions.askable() });
  }

  /** Lets something happen to the flow, after everything that has happened before; never rejects. */
  #happen(happening: Happening): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#take(happening))
      .catch((error: unknown) => {
        this.#options.log('error', 'Interactive Reboot failed inside the agent', {
          problem: messageOf(error),
        });
      })
      .then(() => this.#finishTurn());
    return this.#turn;
  }

  async #take(happening: Happening): Promise<void> {
    const live = this.#live;
    if (live === null || this.#isClosed) return;
    const now = this.#options.clock.now();
    const isSet = this.#told.isSet(now);
    this.#told.note(now);
    // What is on the screens names times of another clock: that goes before all else.
    if (isSet && happening.kind !== 'booted') await this.#decide(live, { kind: 'clockChanged', now });
    await this.#decide(live, { ...happening, now });
  }

  async #decide(live: LiveFlow, event: RebootEvent): Promise<void> {
    const decision = decide(live.settings, live.state, event);
    const { log } = this.#options;
    if (decision.kind !== 'accepted') {
      log('debug', 'an event of Interactive Reboot changed nothing', {
        event: event.kind,
        reason: decision.reason,
      });
      return;
    }
    if (!(await this.#written(live.id, event))) return;
    live.state = decision.state;
    if (decision.state.status === 'ended') this.#live = null;
    await this.#effects.act(decision.commands, live);
  }

  /** Puts an event on the disk, however often that has to be tried; false when the agent stops first. */
  async #written(flow: string, event: RebootEvent): Promise<boolean> {
    for (;;) {
      try {
        await this.#journal.append(flow, event);
        return true;
      } catch (error) {
        const problem = messageOf(error);
        this.#options.log('error', 'an event of Interactive Reboot could not be written', { problem });
        await new Promise<void>((resolve) => {
          this.#options.clock.after(writeAgainMs, async () => resolve());
        });
        if (this.#isClosed) return false;
      }
    }
  }

  /** After each event: tells the server, wakes who waits, and sees to the next look. */
  #finishTurn(): void {
    if (this.#isClosed) return;
    this.#reports.tell();
    this.#firstSteps.look();
    this.#cancelLook();
    const live = this.#live;
    if (live === null) return;
    const now = this.#options.clock.now();
    const due = dueUp(live.settings, live.state, now) ?? Number.POSITIVE_INFINITY;
    const ms = Math.max(0, Math.min(due - now.up, this.#lookedUp + lookEveryMs - now.up));
    this.#cancelLook = this.#options.clock.after(ms, () => this.#look());
  }

  /** Looks whether the endpoint has slept, whether the users are others, and whether something is due. */
  async #look(): Promise<void> {
    const live = this.#live;
    if (live === null || this.#isClosed) return;
    const { clock, log } = this.#options;
    const before = clock.now();
    const pause = before.up - this.#lookedUp;
    // Whatever is due is decided by who is there now, not by who was there at the last look.
    if (pause >= lookEveryMs || this.#isDue(live, before)) {
      this.#lookedUp = before.up;
      const isKnown = await this.#sessions.read().then(
        () => true,
        (error: unknown) => {
          log('warn', 'the users of this endpoint are not known', { problem: messageOf(error) });
          return false;
        },
      );
      const sessions = isKnown ? this.#sessions.askable() : live.state.sessions;
      if (pause >= sleptMs) await this.#happen({ kind: 'resumed', cause: 'slept', sessions });
      else if (JSON.stringify(sessions) !== JSON.stringify(live.state.sessions)) {
        await this.#happen({ kind: 'sessionsChanged', sessions });
      }
    }
    const now = clock.now();
    if (this.#told.isSet(now)) await this.#happen({ kind: 'clockChanged' });
    if (this.#isDue(live, now)) await this.#happen({ kind: 'wake' });
    else this.#finishTurn();
    await this.settled();
  }

  #isDue({ settings, state }: LiveFlow, now: Moment): boolean {
    const due = dueUp(settings, state, now);
    return due !== null && due <= now.up;
  }
}
