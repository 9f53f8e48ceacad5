import { decide } from './decide.ts';
import type { RebootEvent } from './event.ts';
import { type Moment, wallTime } from './moment.ts';
import type { RebootSettings } from './settings.ts';
import { type CurrentNotification, initialRebootState, type RebootState } from './state.ts';
import { dueUp, withinDeadline } from './timing.ts';

/**
 * How a user is supposed to behave: `latest` puts the reboot off for as long as possible (waits to the end of each
 * notification, then takes the longest snooze), `snoozing` takes the first snooze at once, `ignoring` never answers,
 * `immediate` reboots at the first notification.
 */
export type RebootBehaviour = 'latest' | 'snoozing' | 'ignoring' | 'immediate';

/** One point of a timeline; `number` counts the notifications of the flow, `at` is an epoch millisecond. */
export interface ForecastEntry {
  readonly kind: 'reminder' | 'finalWarning' | 'snoozed' | 'ignored' | 'confirmed' | 'reboot';
  readonly at: number;
  readonly number: number;
}

/** What will happen; `rebootAt` is null when nothing leads to a reboot, as while a flow waits for a user. */
export interface Forecast {
  readonly entries: readonly ForecastEntry[];
  readonly rebootAt: number | null;
}

/** Every flow ends after far fewer steps than this. */
const mostSteps = 1000;

/**
 * What comes of settings (state null: a flow that begins now, R-17) or of a flow under way, when users behave so, are
 * there, and can be shown notifications. It is played with the rules themselves.
 */
export function forecast(
  settings: RebootSettings,
  state: RebootState | null,
  now: Moment,
  behaviour: RebootBehaviour,
): Forecast {
  let current = state ?? begun(settings, now);
  const entries: ForecastEntry[] = [];
  let up = now.up;
  let told = 0;
  for (let step = 0; step < mostSteps; step += 1) {
    const moment: Moment = { at: wallTime(now, up), up, zone: now.zone };
    if (current.status === 'restarting') {
      const at = Math.round(wallTime(now, Math.max(current.rebootUp, now.up)));
      entries.push({ kind: 'reboot', at, number: current.raised });
      return { entries, rebootAt: at };
    }
    const open = current.status === 'asking' ? current.notification : null;
    if (open !== null && open.number !== told && open.kind !== 'restarting') {
      told = open.number;
      entries.push({ kind: open.kind, at: Math.round(wallTime(now, open.raisedUp)), number: open.number });
    }
    const { event, entry } = nextEvent(settings, current, moment, behaviour);
    if (event === null) return { entries, rebootAt: null };
    const decision = decide(settings, current, event);
    if (decision.kind !== 'accepted') return { entries, rebootAt: null };
    if (entry !== null) entries.push({ kind: entry, at: Math.round(event.now.at), number: current.raised });
    current = decision.state;
    up = event.now.up;
  }
  return { entries, rebootAt: null };
}

/**
 * The latest possible reboot, as an epoch millisecond, when users are there, do not ask to be left alone, and can be
 * shown notifications; null when nothing leads to a reboot. Sleep and a clock that is set come on top.
 */
export function latestReboot(
  settings: RebootSettings,
  state: RebootState | null,
  now: Moment,
): number | null {
  const { rebootAt } = forecast({ ...settings, deadlineAt: null }, state, now, 'latest');
  if (settings.deadlineAt === null) return rebootAt;
  const deadline = Math.round(wallTime(now, withinDeadline(settings, now, Number.POSITIVE_INFINITY)));
  return rebootAt === null ? deadline : Math.min(rebootAt, deadline);
}

function begun(settings: RebootSettings, now: Moment): RebootState {
  const session = { id: 'user', user: 'user', active: true, console: true, busy: false };
  const decision = decide(settings, initialRebootState, {
    kind: 'begin',
    now,
    activity: 'forecast',
    bootId: 'forecast',
    needed: true,
    sessions: [session],
  });
  return decision.kind === 'accepted' ? decision.state : initialRebootState;
}

interface Step {
  readonly event: RebootEvent | null;
  readonly entry: ForecastEntry['kind'] | null;
}

/** What comes next: rendering, then the user's answer or the end of the time. */
function nextEvent(
  settings: RebootSettings,
  state: RebootState,
  now: Moment,
  behaviour: RebootBehaviour,
): Step {
  if (state.status === 'asking') {
    const { notification } = state;
    const raised = notification.sessions.find((one) => one.state === 'raised');
    const number = notification.number;
    if (raised) {
      return { event: { kind: 'shown', now, notification: number, session: raised.session }, entry: null };
    }
    const open = notification.sessions.find((one) => one.state === 'shown');
    const step = open && answered(notification, open.session, now, behaviour);
    if (step) return step;
  }
  const due = dueUp(settings, state, now);
  if (due === null) return { event: null, entry: null };
  const isIgnored = state.status === 'asking' && state.notification.kind === 'reminder';
  return { event: { kind: 'wake', now: atUp(now, due) }, entry: isIgnored ? 'ignored' : null };
}

function answered(
  { number, kind, snoozes, endsUp }: CurrentNotification,
  session: string,
  now: Moment,
  behaviour: RebootBehaviour,
): Step | null {
  if (behaviour === 'immediate') {
    const answer = { kind: 'rebootNow' } as const;
    return { event: { kind: 'answered', now, notification: number, session, answer }, entry: 'confirmed' };
  }
  if (kind !== 'reminder' || behaviour === 'ignoring') return null;
  const end = atUp(now, Math.max(now.up, endsUp));
  const untilUp = (offer: (typeof snoozes)[number]): number =>
    offer.kind === 'for' ? end.up + offer.ms : offer.untilUp;
  const chosen =
    behaviour === 'snoozing'
      ? snoozes[0]
      : snoozes.reduce<(typeof snoozes)[number] | undefined>(
          (best, offer) => (best === undefined || untilUp(offer) > untilUp(best) ? offer : best),
          undefined,
        );
  if (chosen === undefined) return null;
  const answer = { kind: 'snooze', choice: chosen.choice } as const;
  const when = behaviour === 'snoozing' ? now : end;
  return { event: { kind: 'answered', now: when, notification: number, session, answer }, entry: 'snoozed' };
}

function atUp(now: Moment, up: number): Moment {
  const later = Math.max(up, now.up);
  return { at: wallTime(now, later), up: later, zone: now.zone };
}
