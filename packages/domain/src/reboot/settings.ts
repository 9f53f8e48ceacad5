/**
 * One choice of "Snooze": after so many minutes, or at the next time of day ("tonight 20:00" is day 0,
 * "tomorrow 09:00" is day 1) in the endpoint's time zone.
 */
export type SnoozeChoice =
  | { readonly kind: 'for'; readonly minutes: number }
  | { readonly kind: 'at'; readonly day: 0 | 1; readonly hour: number; readonly minute: number };

/** The texts of one language; what is empty is filled in from the built-in texts of that language. */
export interface RebootTexts {
  readonly title: string;
  readonly body: string;
}

/** The settings of Interactive Reboot, as spec sentence L-24 lets them be edited and a step override them. */
export interface RebootSettings {
  /** How many notifications the user may snooze or ignore before the final warning. */
  readonly notificationCount: number;
  /** How long one notification stays without an answer. */
  readonly notificationTimeoutMinutes: number;
  readonly allowCancel: boolean;
  /** The agent first checks whether a reboot is needed. */
  readonly onlyIfNeeded: boolean;
  /** At least one; the first is what a plain "Snooze" means. */
  readonly snoozeChoices: readonly SnoozeChoice[];
  /** From the user's confirmation to the reboot. */
  readonly rebootNowDelayMinutes: number;
  /** From the final warning to the reboot. */
  readonly finalWarningMinutes: number;
  /** What happens when nobody is there to be asked; `wait` waits until somebody is, or for the deadline. */
  readonly noActiveUser: 'reboot' | 'wait' | 'skip';
  /** An absolute latest time of the reboot, epoch milliseconds; null is none. */
  readonly deadlineAt: number | null;
  /** Whether presentation or focus mode holds notifications back until the deadline. */
  readonly doNotDisturb: 'respect' | 'ignore';
  /** Whose answer counts when there are several active sessions. */
  readonly sessions: 'firstAnswer' | 'anySnoozeWins' | 'consoleOnly';
  /** What happens when no notification can be rendered. */
  readonly notifierFailed: 'rebootAnyway' | 'keepTrying';
  readonly company: string;
  /** A PNG image in base64; null is none. */
  readonly logo: string | null;
  /** Texts by language ("en", "de"). */
  readonly texts: Readonly<Record<string, RebootTexts>>;
}

/** The defaults; [seed] where the founding documents name a figure. */
export const defaultRebootSettings: RebootSettings = {
  notificationCount: 5,
  notificationTimeoutMinutes: 60,
  allowCancel: false,
  onlyIfNeeded: true,
  snoozeChoices: [{ kind: 'for', minutes: 240 }],
  rebootNowDelayMinutes: 2,
  finalWarningMinutes: 15,
  noActiveUser: 'reboot',
  deadlineAt: null,
  doNotDisturb: 'respect',
  sessions: 'firstAnswer',
  notifierFailed: 'keepTrying',
  company: '',
  logo: null,
  texts: {},
};
