import type { Moment } from './moment.ts';
import type { RebootAnswer } from './notification-view.ts';

/** A user who is logged in, as far as the rules look at it. */
export interface AskableSession {
  /** Of the operating system. */
  readonly id: string;
  readonly user: string;
  /** Somebody can see it now. */
  readonly active: boolean;
  /** It sits at the machine itself. */
  readonly console: boolean;
  /** Presentation or focus mode. */
  readonly busy: boolean;
}

/** Everything that can happen to a flow of Interactive Reboot. `now` holds the endpoint's clocks at that moment. */
export type RebootEvent = { readonly now: Moment } & (
  | {
      readonly kind: 'begin';
      /** The activity that asked for the flow; its id is the flow's. */
      readonly activity: string;
      readonly bootId: string;
      /** Whether the endpoint needs a reboot. */
      readonly needed: boolean;
      readonly sessions: readonly AskableSession[];
    }
  /** A notification has really been rendered in a session. `notification` is its number in the flow. */
  | { readonly kind: 'shown'; readonly notification: number; readonly session: string }
  | {
      readonly kind: 'answered';
      readonly notification: number;
      readonly session: string;
      readonly answer: RebootAnswer;
    }
  /** A notification could not be rendered in a session, or its program crashed. */
  | {
      readonly kind: 'notifierFailed';
      readonly notification: number;
      readonly session: string;
      readonly reason: string;
    }
  /** Time has passed: what is due happens. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'sessionsChanged'; readonly sessions: readonly AskableSession[] }
  /** Somebody has set the wall clock or the time zone: what is shown names wrong times. */
  | { readonly kind: 'clockChanged' }
  /** The endpoint has woken from sleep or hibernation, or a new agent has taken over: nothing is on the screen. */
  | {
      readonly kind: 'resumed';
      readonly cause: 'slept' | 'agentRestarted';
      readonly sessions: readonly AskableSession[];
    }
  /** The operating system, or the endpoint's local policy, would not reboot. */
  | { readonly kind: 'rebootRefused'; readonly reason: string }
  /** The endpoint is in another boot: whoever rebooted it, the flow is done. */
  | { readonly kind: 'booted'; readonly bootId: string }
  /** Another activity asks for the same; it joins. */
  | { readonly kind: 'joined'; readonly activity: string }
  /** The server takes the wish of an activity back (W-13); the flow ends with the last one. */
  | { readonly kind: 'stopped'; readonly activity: string }
);

/** What the agent has to do after an accepted event. */
export type RebootCommand =
  /** Shows the current notification in these sessions, in place of what they show of this flow. */
  | { readonly kind: 'show'; readonly sessions: readonly string[] }
  /** Takes the flow's notifications away from these sessions. */
  | { readonly kind: 'withdraw'; readonly sessions: readonly string[] }
  /** Asks the operating system for its reboot at an epoch millisecond, in place of an earlier one. */
  | { readonly kind: 'scheduleReboot'; readonly at: number }
  | { readonly kind: 'unscheduleReboot' }
  /** An entry for Logs & Alerts; `user` is empty where nobody acted. */
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warning' | 'error';
      readonly user: string;
      readonly message: string;
    };
