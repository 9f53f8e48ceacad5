import type { ActivityOutcome } from '@patchbay/domain/run/event';
import type { ReportedActivity } from '../db/activities.ts';

type ReportedPatches = Extract<ReportedActivity['outcome'], { patches: unknown }>['patches'];

/** What a run needs to know of a reported outcome: of patches the numbers only, not one by one (W-05, P-10). */
export function activityOutcome(outcome: ReportedActivity['outcome']): ActivityOutcome {
  switch (outcome.kind) {
    case 'patched':
      return {
        kind: 'patched',
        installed: count(outcome.patches, 'installed'),
        failed: count(outcome.patches, 'failed'),
        notApplicable: count(outcome.patches, 'notApplicable'),
        rebootNeeded: outcome.reboot.needed,
      };
    case 'simulated': {
      const wanted = outcome.patches.filter((patch) => patch.outcome === 'wouldInstall');
      return {
        kind: 'simulated',
        wouldInstall: wanted.length,
        security: wanted.filter((patch) => patch.security).length,
        rebootNeeded: outcome.reboot.needed,
      };
    }
    case 'exited':
    case 'timedOut':
    case 'interrupted':
    case 'cancelled':
    case 'refused':
    case 'notStarted':
    case 'patchToolFailed':
    case 'userAsked':
      return outcome;
  }
}

function count(patches: ReportedPatches, outcome: ReportedPatches[number]['outcome']): number {
  return patches.filter((patch) => patch.outcome === outcome).length;
}
