import type { StepKey } from '../run/definition.ts';

/** How much an entry of Logs & Alerts wants attention: `error` is something that somebody has to look after. */
export const logLevels = ['info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What an entry is about: a flow of Interactive Reboot, a run, an activity, an endpoint itself, or a cycle. */
export const logCategories = ['reboot', 'run', 'activity', 'endpoint', 'cycle'] as const;
export type LogCategory = (typeof logCategories)[number];

/** Who an entry names as the doer when nobody else is known. */
export const serverActor = 'Patchbay';

/** The activity that an entry is about. */
export interface LoggedActivity {
  readonly run: number;
  readonly step: StepKey;
  readonly attempt: number;
}

/** One entry of Logs & Alerts (O-04). */
export interface LogEntry {
  /** When it happened, epoch milliseconds. */
  readonly at: number;
  readonly level: LogLevel;
  readonly category: LogCategory;
  /** The id of the endpoint; null when it is about none. */
  readonly endpoint: string | null;
  /** A person, a token, the user of an endpoint, or {@link serverActor}. */
  readonly actor: string;
  /** One sentence. */
  readonly message: string;
  readonly run: number | null;
  readonly activity: LoggedActivity | null;
  /** The flow of Interactive Reboot. */
  readonly flow: string | null;
}
