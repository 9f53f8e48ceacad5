import type { AskableSession } from './event.ts';
import type { Moment } from './moment.ts';

/** A snooze that the current notification offers. `choice` is the index in the settings; times are of the boot's clock. */
export type SnoozeOffer =
  | { readonly kind: 'for'; readonly choice: number; readonly ms: number }
  | { readonly kind: 'at'; readonly choice: number; readonly untilUp: number };

/** How far a session has come with the current notification. `rebootNow` and `cancel` are answers that wait for others. */
export interface SessionShowing {
  readonly session: string;
  readonly state: 'raised' | 'shown' | 'failed' | 'rebootNow' | 'cancel';
}

/** What is on the users' screens. Times are of the boot's clock. */
export interface CurrentNotification {
  /** Counts everything that this flow has raised, from 1; an answer to another number is stale. */
  readonly number: number;
  readonly kind: 'reminder' | 'finalWarning' | 'restarting';
  readonly raisedUp: number;
  /** When it goes away (`reminder`), or when the endpoint reboots. */
  readonly endsUp: number;
  readonly snoozes: readonly SnoozeOffer[];
  readonly sessions: readonly SessionShowing[];
}

/** Why the endpoint is about to reboot. */
export type RebootCause = 'confirmed' | 'finalWarning' | 'noActiveUser' | 'notifierFailed';

/** Why nobody is being asked although it is time to. */
export type WaitCause = 'noActiveUser' | 'doNotDisturb' | 'notifierFailed' | 'rebootRefused';

/**
 * How a flow ended: `rebooted` for whatever reason, `cancelled` by a user, `notNeeded`, `skipped`
 * because nobody was there, `stopped` by the server (W-13), `notShown` because no notification could ever be shown.
 */
export type RebootEnding = 'rebooted' | 'cancelled' | 'notNeeded' | 'skipped' | 'stopped' | 'notShown';

/** What every flow carries along. */
export interface FlowProgress {
  /** The activities that want the reboot; the first one began the flow. */
  readonly members: readonly string[];
  readonly bootId: string;
  /** Notifications that were snoozed or ignored. */
  readonly used: number;
  /** The number of the latest notification. */
  readonly raised: number;
  /** Some notification of this flow has really been rendered. */
  readonly everShown: boolean;
  /** Tries to show a notification that have failed one after the other. */
  readonly failures: number;
  readonly sessions: readonly AskableSession[];
  /** The clocks at the last event that changed something: times of the boot's clock are read by it. */
  readonly now: Moment;
}

/** What a flow is doing now. */
export type RebootState = FlowProgress &
  (
    | { readonly status: 'new' }
    | { readonly status: 'waiting'; readonly because: WaitCause; readonly retryUp: number | null }
    | { readonly status: 'asking'; readonly notification: CurrentNotification }
    | { readonly status: 'snoozed'; readonly untilUp: number }
    | {
        readonly status: 'restarting';
        readonly because: RebootCause;
        readonly rebootUp: number;
        /** null: nobody is there to see one. */
        readonly notification: CurrentNotification | null;
      }
    | { readonly status: 'ended'; readonly ending: RebootEnding }
  );

/** Every status of a flow, as stored and shown. */
export const rebootStatuses = ['new', 'waiting', 'asking', 'snoozed', 'restarting', 'ended'] as const;

/** Every way a flow can end. */
export const rebootEndings = [
  'rebooted',
  'cancelled',
  'notNeeded',
  'skipped',
  'stopped',
  'notShown',
] as const;

/** A flow before its `begin`. */
export const initialRebootState: RebootState = {
  status: 'new',
  members: [],
  bootId: '',
  used: 0,
  raised: 0,
  everShown: false,
  failures: 0,
  sessions: [],
  now: { at: 0, up: 0, zone: { offsetMinutes: 0, change: null } },
};

/** The notification that is on the screens now; null when there is none. */
export function currentNotification(state: RebootState): CurrentNotification | null {
  return state.status === 'asking' || state.status === 'restarting' ? state.notification : null;
}

/** Whether a notification has really been rendered for somebody. */
export function isRendered({ sessions }: CurrentNotification): boolean {
  return sessions.some(({ state }) => state !== 'raised' && state !== 'failed');
}
