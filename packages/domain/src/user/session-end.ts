import type { SettingValues } from '../setting/definitions.ts';

/** When a session began and when it was used last; epoch milliseconds. */
export interface SessionTimes {
  readonly createdAt: number;
  readonly lastSeenAt: number;
}

/** How long a session may go unused, and how long it may last at all, in milliseconds. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly longestMs: number;
}

const minuteMs = 60_000;

/** The limits that the settings say (S-01); they hold for sessions that have begun before, too. */
export function sessionLimits(
  settings: Pick<SettingValues, 'session.idleMinutes' | 'session.longestHours'>,
): SessionLimits {
  return {
    idleMs: settings['session.idleMinutes'] * minuteMs,
    longestMs: settings['session.longestHours'] * 60 * minuteMs,
  };
}

/** The moments from which a session is over, in epoch milliseconds (S-01): unused, and however much it is used. */
export function sessionEnd(
  { createdAt, lastSeenAt }: SessionTimes,
  { idleMs, longestMs }: SessionLimits,
): { readonly unused: number; readonly latest: number } {
  const latest = createdAt + longestMs;
  return { unused: Math.min(latest, lastSeenAt + idleMs), latest };
}
