import type { ActivitySummary } from '@patchbay/contracts/activity';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import type { LogEntryView } from '@patchbay/contracts/log';
import type { RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import type { RunStep, RunSummary } from '@patchbay/contracts/run';
import type { Shown, Tone } from './status-mark.tsx';

const shown = (tone: Tone, label: string): Shown => ({ tone, label });

/** Where an activity is. */
export const activityStatuses: Readonly<Record<ActivitySummary['status'], Shown>> = {
  queued: shown('idle', 'Queued'),
  running: shown('busy', 'Running'),
  succeeded: shown('good', 'Succeeded'),
  partial: shown('warn', 'Partial'),
  failed: shown('bad', 'Failed'),
  timedOut: shown('bad', 'Timed out'),
  lost: shown('bad', 'Lost'),
  interrupted: shown('bad', 'Interrupted'),
  cancelled: shown('stopped', 'Cancelled'),
  refused: shown('bad', 'Refused'),
  notStarted: shown('bad', 'Not started'),
};

/** What a run does. */
export const runStatuses: Readonly<Record<RunSummary['status'], Shown>> = {
  queued: shown('idle', 'Queued'),
  running: shown('busy', 'Running'),
  retrying: shown('busy', 'Waits to try again'),
  returning: shown('busy', 'Waits for the reboot'),
  awaitingUser: shown('busy', 'Waits for the user'),
  finished: shown('good', 'Finished'),
};

/** What a run came to (W-11). */
export const runResults: Readonly<Record<NonNullable<RunSummary['result']>, Shown>> = {
  succeeded: shown('good', 'Succeeded'),
  partial: shown('warn', 'Partial'),
  failed: shown('bad', 'Failed'),
  cancelled: shown('stopped', 'Cancelled'),
  missedWindow: shown('warn', 'Missed window'),
  skipped: shown('skipped', 'Skipped'),
};

/** A run's result, or what it does until it has one. */
export function runShown({ status, result }: Pick<RunSummary, 'status' | 'result'>): Shown {
  return result === null ? runStatuses[status] : runResults[result];
}

/** What has become of a step. */
export const stepStatuses: Readonly<Record<RunStep['status'], Shown>> = {
  pending: shown('idle', 'Not reached yet'),
  active: shown('busy', 'Under way'),
  succeeded: shown('good', 'Succeeded'),
  partial: shown('warn', 'Partial'),
  failed: shown('bad', 'Failed'),
  cancelled: shown('stopped', 'Cancelled'),
  skipped: shown('skipped', 'Skipped'),
  notRun: shown('off', 'Not run'),
};

/** A cycle's result, or what it does until it has one. */
export function cycleShown({ status, result }: Pick<Cycle, 'status' | 'result'>): Shown {
  if (result !== null) return runResults[result];
  return status === 'cancelling' ? shown('busy', 'Cancelling') : shown('busy', 'Running');
}

/** Whether an endpoint is there. */
export const endpointStatuses: Readonly<Record<EndpointSummary['status'], Shown>> = {
  connected: shown('on', 'Connected'),
  disconnected: shown('off', 'Disconnected'),
  revoked: shown('stopped', 'Revoked'),
};

/** What its health checks say of an endpoint (L-27). */
export const healthStates: Readonly<Record<NonNullable<EndpointSummary['health']>, Shown>> = {
  healthy: shown('good', 'Healthy'),
  unhealthy: shown('bad', 'Unhealthy'),
};

/** How a readiness check came out. */
export const readinessStates: Readonly<Record<ReadinessCheck['state'], Shown>> = {
  ok: shown('good', 'Ready'),
  warning: shown('warn', 'Warning'),
  failed: shown('bad', 'Not ready'),
  notApplicable: shown('off', 'Not needed here'),
};

/** The phases of a run as people call them. */
export const phaseNames: Readonly<Record<ActivitySummary['phase'], string>> = {
  prePatching: 'Pre-patching',
  patch: 'Patch',
  postPatching: 'Post-patching',
  afterReboot: 'After reboot',
  task: 'Task',
};

/** What a flow of Interactive Reboot does. */
export const rebootStatuses: Readonly<Record<RebootFlowSummary['status'], Shown>> = {
  waiting: shown('idle', 'Waits'),
  asking: shown('busy', 'Asks the user'),
  snoozed: shown('idle', 'Snoozed'),
  restarting: shown('warn', 'About to reboot'),
  ended: shown('off', 'Over'),
};

/** How a flow of Interactive Reboot has ended. */
export const rebootEndings: Readonly<Record<NonNullable<RebootFlowSummary['ending']>, Shown>> = {
  rebooted: shown('good', 'Rebooted'),
  cancelled: shown('stopped', 'Cancelled by the user'),
  notNeeded: shown('good', 'Not needed'),
  skipped: shown('skipped', 'Skipped: nobody there'),
  stopped: shown('stopped', 'Given up'),
  notShown: shown('bad', 'Could not be shown'),
};

/** How a flow has ended, or what it does until then. */
export function rebootShown({ status, ending }: Pick<RebootFlowSummary, 'status' | 'ending'>): Shown {
  return ending === null ? rebootStatuses[status] : rebootEndings[ending];
}

/** How much an entry of Logs & Alerts wants attention. */
export const logLevelsShown: Readonly<Record<LogEntryView['level'], Shown>> = {
  info: shown('off', 'Info'),
  warning: shown('warn', 'Warning'),
  error: shown('bad', 'Error'),
};
