import { decide } from '../src/reboot/decide.ts';
import type { RebootDecision } from '../src/reboot/draft.ts';
import type { AskableSession, RebootCommand, RebootEvent } from '../src/reboot/event.ts';
import { type Moment, wallTime } from '../src/reboot/moment.ts';
import type { RebootAnswer } from '../src/reboot/notification-view.ts';
import { defaultRebootSettings, type RebootSettings } from '../src/reboot/settings.ts';
import { currentNotification, initialRebootState, type RebootState } from '../src/reboot/state.ts';
import { dueUp } from '../src/reboot/timing.ts';

type WithoutNow<Event> = Event extends unknown ? Omit<Event, 'now'> : never;

/** A Monday, 13:00 in UTC. */
export const oneOClock = Date.UTC(2026, 10, 23, 13);

export const minutes = (count: number): number => count * 60_000;

export function session(id: string, changes: Partial<AskableSession> = {}): AskableSession {
  return { id, user: id, active: true, console: true, busy: false, ...changes };
}

export const ada = session('ada');
export const bob = session('bob');

export function settingsWith(changes: Partial<RebootSettings> = {}): RebootSettings {
  return { ...defaultRebootSettings, ...changes };
}

/** A flow with an endpoint around it whose clocks a test moves. It begins at 13:00, a day after the boot. */
export class Flow {
  readonly settings: RebootSettings;
  state: RebootState = initialRebootState;
  now: Moment;
  /** What was said for Logs & Alerts. */
  readonly log: string[] = [];
  /** Commands of the last accepted event, without log entries. */
  commands: readonly RebootCommand[] = [];
  /** When the operating system will reboot, epoch milliseconds; null: never. */
  scheduledAt: number | null = null;

  constructor(changes: Partial<RebootSettings> = {}, begin: Partial<Moment> = {}) {
    this.settings = settingsWith(changes);
    const zone = { offsetMinutes: 0, change: null };
    this.now = { at: oneOClock, up: minutes(24 * 60), zone, ...begin };
  }

  static begun(changes: Partial<RebootSettings> = {}, sessions: readonly AskableSession[] = [ada]): Flow {
    const flow = new Flow(changes);
    flow.begin(sessions);
    return flow;
  }

  begin(sessions: readonly AskableSession[], needed = true): RebootDecision {
    return this.on({ kind: 'begin', activity: '1.post-1.1', bootId: 'boot-1', needed, sessions });
  }

  on(event: WithoutNow<RebootEvent>): RebootDecision {
    const decision = decide(this.settings, this.state, { ...event, now: this.now });
    if (decision.kind !== 'accepted') return decision;
    this.state = decision.state;
    this.commands = decision.commands.filter(({ kind }) => kind !== 'log');
    for (const command of decision.commands) {
      if (command.kind === 'log') this.log.push(command.message);
      if (command.kind === 'scheduleReboot') this.scheduledAt = command.at;
      if (command.kind === 'unscheduleReboot') this.scheduledAt = null;
    }
    return decision;
  }

  /** Everything that was raised is rendered. */
  render(): this {
    const current = currentNotification(this.state);
    for (const { session: id, state } of current?.sessions ?? []) {
      if (state === 'raised') this.on({ kind: 'shown', notification: current?.number ?? 0, session: id });
    }
    return this;
  }

  answer(answer: RebootAnswer, by: AskableSession = ada, number?: number): RebootDecision {
    const notification = number ?? currentNotification(this.state)?.number ?? 0;
    return this.on({ kind: 'answered', notification, session: by.id, answer });
  }

  snooze(choice = 0, by: AskableSession = ada): RebootDecision {
    return this.answer({ kind: 'snooze', choice }, by);
  }

  /** Time passes, asleep or not, without anything being woken. */
  pass(ms: number): this {
    this.now = { ...this.now, at: this.now.at + ms, up: this.now.up + ms };
    return this;
  }

  /** Time passes, and the flow is woken whenever something is due; what is raised is rendered at once. */
  wait(ms: number): this {
    const end = this.now.up + ms;
    for (let due = this.due(); due !== null && due <= end; due = this.due()) {
      this.pass(Math.max(0, due - this.now.up));
      if (this.on({ kind: 'wake' }).kind !== 'accepted') break;
      this.render();
    }
    return this.pass(end - this.now.up);
  }

  /** Goes to the next thing that is due. */
  next(): this {
    const due = this.due();
    return due === null ? this : this.wait(due - this.now.up);
  }

  due(): number | null {
    return dueUp(this.settings, this.state, this.now);
  }

  /** The time of day in UTC, "13:00", of an epoch millisecond. */
  static clock(at: number | null): string | null {
    return at === null ? null : new Date(at).toISOString().slice(11, 16);
  }

  get clock(): string | null {
    return Flow.clock(this.now.at);
  }

  /** What is on the screens: "reminder 1", and until when. */
  get screen(): string | null {
    const current = currentNotification(this.state);
    return current && `${current.kind} until ${Flow.clock(wallTime(this.now, current.endsUp))}`;
  }
}
