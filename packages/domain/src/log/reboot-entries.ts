import type { ReplayedEvent } from '../reboot/replay.ts';
import { clause } from '../run/wording.ts';
import { type LogEntry, type LoggedActivity, serverActor } from './log-entry.ts';

/** A flow of Interactive Reboot that is told of. */
export interface LoggedFlow {
  readonly flow: string;
  readonly endpoint: string;
  readonly activity: LoggedActivity;
  /** The endpoint cannot have reported anything from before this, nor from after `now`; epoch milliseconds. */
  readonly since: number;
  readonly now: number;
  /** Something of it was disputed before, which is told once. */
  readonly disputed: boolean;
}

/** What Logs & Alerts tell of reported events of a flow: every notification, answer and reboot. */
export function rebootEntries(flow: LoggedFlow, events: readonly ReplayedEvent[]): LogEntry[] {
  const entries = events.flatMap(({ event, logs }) =>
    logs.map(({ level, user, message }) => entryOf(flow, event.now.at, level, user, message)),
  );
  const first = events.find(({ disputed }) => disputed !== null);
  if (first === undefined || flow.disputed) return entries;
  const message = `The endpoint reported "${first.event.kind}", which cannot be: ${clause(first.disputed ?? '')}.`;
  return [...entries, entryOf(flow, first.event.now.at, 'warning', '', message)];
}

/** A person has asked for a flow to be given up. */
export function rebootCancelledEntry(flow: LoggedFlow, by: string): LogEntry {
  return entryOf(flow, flow.now, 'info', by, `${by} asked the endpoint to give up its Interactive Reboot.`);
}

function entryOf(
  { flow, endpoint, activity, since, now }: LoggedFlow,
  at: number,
  level: LogEntry['level'],
  user: string,
  message: string,
): LogEntry {
  const { run } = activity;
  const actor = user === '' ? serverActor : user;
  const about = { endpoint, run, activity, flow };
  // A clock that is wrong by years must neither hide an entry nor have it forgotten at once.
  return { at: Math.max(since, Math.min(at, now)), level, category: 'reboot', actor, message, ...about };
}
