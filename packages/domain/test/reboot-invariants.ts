import type { RebootDecision } from '../src/reboot/draft.ts';
import type { AskableSession, RebootEvent } from '../src/reboot/event.ts';
import { wallTime } from '../src/reboot/moment.ts';
import type { RebootSettings } from '../src/reboot/settings.ts';
import { currentNotification, type RebootState } from '../src/reboot/state.ts';
import { viewOf } from '../src/reboot/view.ts';

/**
 * An endpoint as its users see it: told only of events and commands, it finds out by itself whether the rules of
 * Interactive Reboot were kept.
 */
export class Witness {
  readonly #settings: RebootSettings;
  /** Which notification each session has on its screen, and whether it was really rendered. */
  readonly #screens = new Map<string, { number: number; rendered: boolean }>();
  #used = 0;
  #scheduledAt: number | null = null;
  /** Sessions whose notifier has failed since they were shown something last. */
  readonly #failed = new Set<string>();
  /** Reboots that the operating system was asked for. */
  scheduled = 0;

  constructor(settings: RebootSettings) {
    this.#settings = settings;
  }

  get scheduledAt(): number | null {
    return this.#scheduledAt;
  }

  see(before: RebootState, event: RebootEvent, decision: RebootDecision): void {
    const stale = isStale(before, event);
    if (decision.kind !== 'accepted') {
      if (event.kind === 'answered' && !stale) this.#expectRefusable(before, event);
      return;
    }
    if (stale) throw new Error('R-15 a stale answer changed something');
    if (decision.notes.length === 0) throw new Error('R-10 a decision is not explained');
    const after = decision.state;
    this.#count(before, event, after);
    this.#follow(before, event, decision);
    this.#compareScreens(after, event);
  }

  /** only snoozes and ignored reminders use the count up, one each. */
  #count(before: RebootState, event: RebootEvent, after: RebootState): void {
    const asked = before.status === 'asking' && before.notification.kind === 'reminder';
    const snoozed = event.kind === 'answered' && event.answer.kind === 'snooze';
    const isOver = event.kind === 'wake' && asked && event.now.up >= before.notification.endsUp;
    const answered =
      asked && before.notification.sessions.some(({ state }) => state === 'rebootNow' || state === 'cancel');
    const wasSeen = asked && before.notification.sessions.some(({ state }) => state === 'shown');
    if (snoozed || (isOver && wasSeen && !answered)) this.#used += 1;
    if (after.used !== this.#used) throw new Error(`R-07 the count is ${after.used} and not ${this.#used}`);
    if (after.used > this.#settings.notificationCount)
      throw new Error('R-07 more was put off than the count');
    const current = after.status === 'asking' ? after.notification : null;
    if (current === null || current.number === currentNotification(before)?.number) return;
    const { deadlineAt, finalWarningMinutes, notificationCount } = this.#settings;
    const isDeadline = deadlineAt !== null && event.now.at >= deadlineAt - finalWarningMinutes * 60_000;
    const isFinal = after.used === notificationCount || isDeadline;
    if ((current.kind === 'finalWarning') !== isFinal) throw new Error(`R-07 a ${current.kind} out of turn`);
  }

  #follow(
    before: RebootState,
    event: RebootEvent,
    decision: Extract<RebootDecision, { kind: 'accepted' }>,
  ): void {
    const { state } = decision;
    const number = currentNotification(state)?.number ?? 0;
    if (event.kind === 'shown') this.#render(event.session, event.notification);
    if (event.kind === 'answered') this.#render(event.session, event.notification);
    if (event.kind === 'notifierFailed') this.#screens.delete(event.session);
    this.#noteFailures(before, event);
    const wasRendered = [...this.#screens.values()].some(({ rendered }) => rendered);
    const hasFailed = activeSessions(before, event).some(({ id }) => this.#failed.has(id));
    for (const command of decision.commands) {
      if (command.kind === 'show') {
        for (const id of command.sessions) {
          this.#screens.set(id, { number, rendered: false });
          this.#failed.delete(id);
        }
      } else if (command.kind === 'withdraw') {
        for (const id of command.sessions) this.#screens.delete(id);
      } else if (command.kind === 'scheduleReboot') {
        this.#expectAllowed(before, event, { wasRendered, hasFailed });
        this.#expectShown(state, event, command.at);
        this.#scheduledAt = command.at;
        this.scheduled += 1;
      } else if (command.kind === 'unscheduleReboot') {
        this.#scheduledAt = null;
      }
    }
    if (event.kind === 'booted') {
      this.#screens.clear();
      this.#scheduledAt = null;
    }
    if ((state.status === 'restarting') !== (this.#scheduledAt !== null)) {
      throw new Error(
        `W-13 ${state.status} with ${this.#scheduledAt === null ? 'no' : 'a'} reboot scheduled`,
      );
    }
  }

  #render(session: string, number: number): void {
    this.#screens.set(session, { number, rendered: true });
  }

  #noteFailures(before: RebootState, event: RebootEvent): void {
    if (event.kind === 'shown' || event.kind === 'answered') this.#failed.delete(event.session);
    if (before.status !== 'asking') return;
    const { sessions } = before.notification;
    const isUnseen = sessions.every(({ state }) => state === 'raised' || state === 'failed');
    if (event.kind === 'notifierFailed') this.#failed.add(event.session);
    if (event.kind === 'wake' && isUnseen) for (const { session } of sessions) this.#failed.add(session);
  }

  /** somebody has really seen it, or nobody was there, or the notifier failed and the settings say so. */
  #expectAllowed(
    before: RebootState,
    event: RebootEvent,
    { wasRendered, hasFailed }: { readonly wasRendered: boolean; readonly hasFailed: boolean },
  ): void {
    if (before.status === 'restarting' || wasRendered) return;
    if (activeSessions(before, event).length === 0) return;
    if (this.#settings.notifierFailed === 'rebootAnyway' && hasFailed) return;
    throw new Error('R-16 a reboot without a notification');
  }

  /** the time that is shown, to anybody, is the one that is enforced. */
  #expectShown(state: RebootState, event: RebootEvent, at: number): void {
    if (state.status !== 'restarting') throw new Error('a reboot was scheduled without having been decided');
    const flow = { flow: '1.post-1.1', settings: this.#settings, state };
    const view = viewOf(flow, event.now, 'en');
    const late = event.now.up > state.rebootUp;
    if (view !== null && !late && view.rebootAt !== at) throw new Error('R-12 another time is shown');
    if (!late && wallTime(event.now, state.rebootUp) !== at) throw new Error('R-12 another time is enforced');
  }

  /** What is on the screens is the current notification, and nothing else stays there. */
  #compareScreens(state: RebootState, event: RebootEvent): void {
    const current = currentNotification(state);
    for (const [id, { number }] of this.#screens) {
      const showing = current?.sessions.find(({ session }) => session === id);
      const isGone = 'sessions' in event && !event.sessions.some((one) => one.id === id);
      if (!isGone && number !== current?.number) throw new Error(`${id} still sees notification ${number}`);
      if (showing === undefined && !isGone) throw new Error(`${id} sees what is not meant for them`);
    }
    for (const { session, state: how } of current?.sessions ?? []) {
      if (how !== 'failed' && !this.#screens.has(session))
        throw new Error(`${session} is not shown the notification`);
    }
  }

  /** An answer that the notification offers is never refused. */
  #expectRefusable(before: RebootState, event: Extract<RebootEvent, { kind: 'answered' }>): void {
    const view = viewOf({ flow: '1.post-1.1', settings: this.#settings, state: before }, event.now, 'en');
    const isOffered = view?.buttons.some(
      ({ answer }) => JSON.stringify(answer) === JSON.stringify(event.answer),
    );
    const isDecided = before.status === 'restarting';
    if (isOffered && !isDecided) throw new Error('a button was offered whose answer is refused');
  }
}

/** The users who are there once the event has happened. */
function activeSessions(before: RebootState, event: RebootEvent): readonly AskableSession[] {
  const sessions = 'sessions' in event ? event.sessions : before.sessions;
  return sessions.filter(({ active }) => active);
}

function isStale(before: RebootState, event: RebootEvent): boolean {
  if (event.kind !== 'answered') return false;
  const current = currentNotification(before);
  const showing = current?.sessions.find(({ session }) => session === event.session);
  const isOpen = showing?.state === 'raised' || showing?.state === 'shown';
  return current === null || current.number !== event.notification || !isOpen;
}
