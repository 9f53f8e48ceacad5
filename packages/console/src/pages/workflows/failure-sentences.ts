import type { ControlOverrides } from '@patchbay/domain/workflow/workflow';

/** What the system configuration says where a workflow says nothing. */
export interface SystemControl {
  readonly afterPreFailure: 'never' | 'always';
  readonly afterPatchFailure: 'never' | 'always';
  readonly afterPostFailure: 'stop' | 'continue';
}

/** What a workflow does after a failure, as far as its steps decide it. */
export interface FailureShape {
  readonly control: ControlOverrides;
  readonly preSteps: number;
  readonly postSteps: number;
  readonly checks: number;
}

/** One sentence for each failure there can be (W-02 to W-07). */
export function failureSentences(
  { control, preSteps, postSteps, checks }: FailureShape,
  system: SystemControl,
): Record<keyof ControlOverrides, string> {
  const after = (which: 'afterPreFailure' | 'afterPatchFailure'): string => {
    const says = control[which] ?? system[which];
    const post =
      says === 'always' ? 'the post-patching steps run all the same' : 'post-patching steps do not run';
    return postSteps === 0 ? 'and there are no post-patching steps' : `and ${post}`;
  };
  const last = checks === 0 ? '' : ' After-reboot checks follow only a run that came that far.';
  const post = control.afterPostFailure ?? system.afterPostFailure;
  return {
    afterPreFailure:
      preSteps === 0
        ? 'There are no pre-patching steps that could fail.'
        : `If a pre-patching step fails, the steps after it do not run, nothing is installed, ${after('afterPreFailure')}.`,
    afterPatchFailure: `If no patch at all can be installed, the patch operation has failed, ${after('afterPatchFailure')}.`,
    afterPostFailure:
      postSteps === 0
        ? 'There are no post-patching steps that could fail.'
        : post === 'stop'
          ? `If a post-patching step fails, the other post-patching steps do not run.${last}`
          : `If a post-patching step fails, the other post-patching steps run all the same; the run is failed in the end.${last}`,
  };
}

/** What a failure of one step means, for its dialog (L-50). */
export function stepFailureSentence(onFailure: 'stop' | 'continue'): string {
  return onFailure === 'continue'
    ? 'A failure of this step is noted and passed over: the next step runs as if it had succeeded.'
    : 'A failure of this step ends its phase; what follows is said below the picture.';
}
