import { describe, it } from 'vitest';
import {
  cancel,
  check,
  ended,
  exited,
  given,
  interactiveReboot,
  patch,
  patched,
  post,
  pre,
  reboot,
  retriedOnce,
  revoked,
  start,
  workflow,
} from './run-spec.ts';

const why = 'the endpoint was revoked';

describe('S-04 a run whose endpoint is revoked ends where it is', () => {
  it('S-04 given a queued run then it is skipped', () => {
    given(workflow([pre(1), patch()]))
      .when(revoked(0))
      .expects({
        state: { status: 'finished', result: 'skipped', reason: why },
        outcomes: { 'pre-1': 'notRun', patch: 'notRun' },
        commands: [],
        notes: [`The run was skipped: ${why}.`],
      });
  });

  it('S-04 given a running activity then it is lost, even where a failure would be passed over or tried again', () => {
    given(workflow([pre(1, { ...retriedOnce, onFailure: 'continue', safeToRepeat: true }), patch(), post(1)]))
      .when(start(0), revoked(1))
      .expects({
        state: { result: 'failed', failure: 'lost', reason: `pre-patching step "Do pre-1" failed: ${why}` },
        outcomes: { 'pre-1': 'failed', patch: 'notRun', 'post-1': 'notRun' },
        commands: [
          { kind: 'concludeActivity', step: 'pre-1', attempt: 1, outcome: { kind: 'lost', reason: why } },
        ],
        notes: ['The endpoint was revoked.', `The run failed: pre-patching step "Do pre-1" failed: ${why}.`],
        wakeAt: null,
      })
      .ignores(exited(2, 'pre-1', 0), revoked(2));
  });

  it('S-04 given a step that waits to be tried again then it has failed', () => {
    given(workflow([pre(1, { ...retriedOnce, onFailure: 'continue' }), patch()]))
      .when(start(0), exited(1, 'pre-1', 1), revoked(2))
      .expects({ state: { result: 'failed', step: 'pre-1', failure: 'lost' }, commands: [], wakeAt: null });
  });

  it('S-04 given an endpoint that is rebooting then the run does not wait for it', () => {
    given(workflow([patch(), reboot(1), check(1)]))
      .when(start(0), patched(1, 1, 0), exited(2, 'post-1', 0), revoked(3))
      .expects({
        state: { result: 'failed', step: 'post-1' },
        outcomes: { patch: 'succeeded', 'post-1': 'failed', 'check-1': 'notRun' },
        wakeAt: null,
      });
  });

  it('S-04 W-15 given a run that waits for a user then it ends with what it has come to', () => {
    given(workflow([patch(), interactiveReboot(1), check(1)]))
      .when(start(0), patched(1, 1, 0), ended(2, 'post-1', { kind: 'userAsked' }), revoked(3))
      .expects({
        state: { result: 'succeeded' },
        outcomes: { patch: 'succeeded', 'post-1': 'succeeded', 'check-1': 'notRun' },
      });
  });

  it('S-04 W-13 given a run that is being cancelled then it is cancelled', () => {
    given(workflow([pre(1), patch()]))
      .when(start(0), cancel(1), revoked(2))
      .expects({ state: { status: 'finished', result: 'cancelled' }, wakeAt: null });
  });
});
