import type { Phase, StepDefinition } from '@patchbay/domain/run/definition';
import type { Snapshot } from '@patchbay/server/db/snapshots';

function step(key: string, phase: Phase, name: string): StepDefinition {
  return {
    key,
    phase,
    kind: phase === 'patch' ? 'patch' : 'script',
    name,
    successExitCodes: [0],
    timeoutMs: 3_600_000,
    retries: { count: 0, delayMs: 0 },
    onFailure: 'stop',
    condition: null,
    safeToRepeat: false,
    safeInRehearsal: false,
  };
}

/** What the bench's runs walk: two scripts, the patch operation, three scripts. */
export const sixSteps: Snapshot = {
  definition: {
    mode: 'real',
    steps: [
      step('pre-1', 'prePatching', 'Check disk space'),
      step('pre-2', 'prePatching', 'Stop the application'),
      step('patch', 'patch', 'Install patches'),
      step('post-1', 'postPatching', 'Start the application'),
      step('post-2', 'postPatching', 'Check if a reboot is needed'),
      step('post-3', 'postPatching', 'Check the application'),
    ],
    control: {
      afterPreFailure: { value: 'never', from: 'system' },
      afterPatchFailure: { value: 'never', from: 'system' },
      afterPostFailure: { value: 'stop', from: 'system' },
    },
    limits: { returnMs: 1_800_000, lostMs: 600_000, overdueMs: 300_000, cancelMs: 60_000 },
  },
  works: {},
  workflow: null,
  workflowName: null,
  os: 'linux',
};
