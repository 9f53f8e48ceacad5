import type { Decision } from '../decision.ts';
import type { AskableSession, RebootCommand, RebootEvent } from './event.ts';
import type { RebootSettings } from './settings.ts';
import {
  type CurrentNotification,
  currentNotification,
  type FlowProgress,
  type RebootEnding,
  type RebootState,
} from './state.ts';

/** The answer of the rules to one event. */
export type RebootDecision = Decision<RebootState, RebootCommand>;

/** A flow while an event is being decided. */
export interface Draft {
  readonly settings: RebootSettings;
  readonly event: RebootEvent;
  readonly state: RebootState;
  readonly commands: readonly RebootCommand[];
  readonly notes: readonly string[];
}

export function ignored(reason: string): RebootDecision {
  return { kind: 'ignored', reason };
}

/** A draft of the state at the time of the event. */
export function draftOf(settings: RebootSettings, state: RebootState, event: RebootEvent): Draft {
  return { settings, event, state: { ...state, now: event.now }, commands: [], notes: [] };
}

export function accepted({ state, commands, notes }: Draft): RebootDecision {
  return { kind: 'accepted', state, commands, notes };
}

/** What is the same in every status. */
export function progressOf({ state }: Draft): FlowProgress {
  const { members, bootId, used, raised, everShown, failures, sessions, now } = state;
  return { members, bootId, used, raised, everShown, failures, sessions, now };
}

export function withState(draft: Draft, state: RebootState): Draft {
  return { ...draft, state };
}

export function withProgress(draft: Draft, changes: Partial<FlowProgress>): Draft {
  return { ...draft, state: { ...draft.state, ...changes } };
}

/** Puts another notification in the place of the current one. */
export function withNotification(draft: Draft, notification: CurrentNotification): Draft {
  const { state } = draft;
  return state.status === 'asking' || state.status === 'restarting'
    ? withState(draft, { ...state, notification })
    : draft;
}

export function commanded(draft: Draft, command: RebootCommand): Draft {
  const toNobody = (command.kind === 'show' || command.kind === 'withdraw') && command.sessions.length === 0;
  return toNobody ? draft : { ...draft, commands: [...draft.commands, command] };
}

/** Explains the decision. */
export function noted(draft: Draft, note: string): Draft {
  return { ...draft, notes: [...draft.notes, note] };
}

/** Explains the decision and tells it to Logs & Alerts. */
export function logged(
  draft: Draft,
  level: Extract<RebootCommand, { kind: 'log' }>['level'],
  message: string,
  user = '',
): Draft {
  return noted(commanded(draft, { kind: 'log', level, user, message }), message);
}

/** Takes away what is on the screens, and the reboot that was asked for. */
export function cleared(draft: Draft): Draft {
  const shown = currentNotification(draft.state)?.sessions.map(({ session }) => session) ?? [];
  const bare = commanded(draft, { kind: 'withdraw', sessions: shown });
  return draft.state.status === 'restarting' ? commanded(bare, { kind: 'unscheduleReboot' }) : bare;
}

/** Ends the flow: nothing stays on the screens and no reboot comes of it. */
export function ended(draft: Draft, ending: RebootEnding): Draft {
  const bare = cleared(draft);
  return withState(bare, { ...progressOf(bare), status: 'ended', ending });
}

/** The sessions whose users are asked. Where nobody sits at the machine itself, those who are there otherwise. */
export function askedSessions({ settings, state }: Draft): readonly AskableSession[] {
  const active = state.sessions.filter((session) => session.active);
  const atConsole = active.filter((session) => session.console);
  return settings.sessions === 'consoleOnly' && atConsole.length > 0 ? atConsole : active;
}

/** The user of a session. */
export function userOf({ state }: Draft, session: string): string {
  return state.sessions.find(({ id }) => id === session)?.user ?? '';
}
