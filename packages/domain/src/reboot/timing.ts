import { bootTime, epochOf, localTime, type Moment, wallTime } from './moment.ts';
import type { RebootSettings, SnoozeChoice } from './settings.ts';
import { isRendered, type RebootState, type SnoozeOffer } from './state.ts';

const minuteMs = 60_000;

/** A notification that is not rendered so long after it was raised counts as failed. */
const raiseLimitMs = minuteMs;
/** The operating system is asked for the reboot of a final warning so long before: it then comes even without the agent. */
const scheduleLeadMs = minuteMs;
/** A reboot that has not come so long after its time was refused. */
const rebootOverdueMs = 10 * minuteMs;
/** Pauses between tries to show a notification that failed; the last one is for all further tries. */
const retryPausesMs: readonly [number, ...number[]] = [15 * minuteMs, minuteMs, 5 * minuteMs];
/** So many failures one after the other mean that the notifier does not work. */
export const failuresUntilPolicy = 3;
/** The pause after a refused reboot. */
export const refusedPauseMs = 60 * minuteMs;

/** Minutes of the settings in milliseconds. */
export function milliseconds(minutes: number): number {
  return Math.round(minutes * minuteMs);
}

/** The pause after so many failures in a row, from 1. */
export function retryPauseMs(failures: number): number {
  return retryPausesMs[failures] ?? retryPausesMs[0];
}

/** The deadline on the boot's clock. */
function deadlineUp(settings: RebootSettings, now: Moment): number {
  return settings.deadlineAt === null ? Number.POSITIVE_INFINITY : bootTime(now, settings.deadlineAt);
}

/** When the final warning has to start for the deadline. */
export function finalStartUp(settings: RebootSettings, now: Moment): number {
  return deadlineUp(settings, now) - milliseconds(settings.finalWarningMinutes);
}

/** The shortest notice that users get, whatever the deadline says. */
function shortestNoticeMs({ rebootNowDelayMinutes, finalWarningMinutes }: RebootSettings): number {
  return milliseconds(Math.min(rebootNowDelayMinutes, finalWarningMinutes));
}

/** No later than the deadline, but never without the shortest notice. */
export function withinDeadline(settings: RebootSettings, now: Moment, up: number): number {
  return Math.min(up, Math.max(deadlineUp(settings, now), now.up + shortestNoticeMs(settings)));
}

/** Whether the reboot of a final warning is too near for users who only now see it (again). */
export function isTooNear(settings: RebootSettings, now: Moment, rebootUp: number): boolean {
  return rebootUp - now.up < shortestNoticeMs(settings);
}

/** The last moment at which `wait` can go on for the deadline when nobody is there. */
export function waitEndUp(settings: RebootSettings, now: Moment): number {
  return deadlineUp(settings, now) - shortestNoticeMs(settings);
}

/**
 * The snoozes that a reminder offers which stays until `endsUp`: each would be granted, none reaches beyond the start
 * of a deadline's final warning, and none comes twice. What lasts for a while is counted from the answer, so it is another
 * snooze than one until the time that it would reach now.
 */
export function snoozeOffers(settings: RebootSettings, now: Moment, endsUp: number): SnoozeOffer[] {
  const latest = finalStartUp(settings, now);
  const seen = new Set<string>();
  return settings.snoozeChoices.flatMap((choice, index): SnoozeOffer[] => {
    const untilUp =
      choice.kind === 'for' ? now.up + milliseconds(choice.minutes) : nextOccurrence(choice, now, endsUp);
    const key = `${choice.kind} ${untilUp}`;
    if (untilUp >= latest || seen.has(key)) return [];
    seen.add(key);
    return choice.kind === 'for'
      ? [{ kind: 'for', choice: index, ms: untilUp - now.up }]
      : [{ kind: 'at', choice: index, untilUp }];
  });
}

/** The first time that a choice of a time of day comes after `afterUp`. */
function nextOccurrence(
  { day, hour, minute }: Extract<SnoozeChoice, { kind: 'at' }>,
  now: Moment,
  afterUp: number,
): number {
  const today = localTime(now.zone, now.at).day;
  const upOn = (date: number): number =>
    bootTime(now, epochOf(now.zone, { day: date, minuteOfDay: hour * 60 + minute }));
  let date = today + day;
  while (upOn(date) <= afterUp) date += 1;
  return upOn(date);
}

/** When, on the boot's clock, a flow has to be woken next; null when only an event from outside leads on. */
export function dueUp(settings: RebootSettings, state: RebootState, now: Moment): number | null {
  switch (state.status) {
    case 'new':
    case 'ended':
      return null;
    case 'snoozed':
      return Math.min(state.untilUp, finalStartUp(settings, now));
    case 'restarting':
      return state.rebootUp + rebootOverdueMs;
    case 'waiting': {
      const { because, retryUp } = state;
      if (retryUp !== null) return retryUp;
      const up = because === 'noActiveUser' ? waitEndUp(settings, now) : finalStartUp(settings, now);
      return Number.isFinite(up) ? up : null;
    }
    case 'asking': {
      const { kind, raisedUp, endsUp } = state.notification;
      const end = kind === 'reminder' ? Math.min(endsUp, finalStartUp(settings, now)) : endsUp;
      if (!isRendered(state.notification)) return Math.min(end, raisedUp + raiseLimitMs);
      return kind === 'reminder' ? end : Math.max(raisedUp, end - scheduleLeadMs);
    }
  }
}

/** The epoch millisecond at which a flow has to be woken next, as far as is known now; null for never. */
export function nextWake(settings: RebootSettings, state: RebootState, now: Moment): number | null {
  const up = dueUp(settings, state, now);
  return up === null ? null : wallTime(now, up);
}
