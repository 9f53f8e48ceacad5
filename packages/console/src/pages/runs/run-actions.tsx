import type { Run, RunStep } from '@patchbay/contracts/run';
import { IconBan, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';

/** What an operator asks of a run (W-12, W-13). */
type Operation =
  | { readonly verb: 'cancel' | 'resume' }
  | { readonly verb: 'skip' | 'repeat'; readonly step: string };

/** Asks, after a confirmation that says what it touches. */
export interface RunOperation {
  readonly pending: boolean;
  /** Why nothing can be asked; null: it can. */
  readonly refusal: string | null;
  readonly cancel: () => void;
  readonly resume: () => void;
  readonly skip: (step: RunStep) => void;
  readonly repeat: (step: RunStep) => void;
}

const done: Readonly<Record<Operation['verb'], string>> = {
  cancel: 'The run is being cancelled.',
  resume: 'The run goes on from the failed step.',
  skip: 'The step is passed over; the run goes on.',
  repeat: 'The step is repeated; the run goes on from there.',
};

/** What nobody may be surprised by: a person who asks explicitly is not kept waiting (W-12). */
const atOnce =
  'That is at once: also outside of its maintenance windows, in a halted cycle, and beyond the most that are at work at once.';

/** The operations of a run's page. */
export function useRunOperation(run: Run): RunOperation {
  const refusal = useRefusal()('run.operate');
  const queryClient = useQueryClient();
  const operate = useMutation({
    mutationFn: (operation: Operation) => {
      const body = 'step' in operation ? { step: operation.step } : {};
      return send<Run>('POST', `/runs/${run.id}/${operation.verb}`, body);
    },
    onSuccess: async (_run, { verb }) => {
      notifyDone(done[verb]);
      const nouns = ['runs', 'activities', 'cycles'];
      await Promise.all(nouns.map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })));
    },
    onError: notifyProblem,
  });
  const where = run.endpoint.name;
  return {
    pending: operate.isPending,
    refusal,
    cancel: () =>
      confirm({
        title: `Cancel the run on ${where}?`,
        touches:
          run.status === 'queued'
            ? 'It has not begun and ends at once; nothing is done on the endpoint.'
            : 'A script that runs is asked to stop, and ended after a grace time. A patch operation under way is never cut. No further step starts, post-patching steps included.',
        action: 'Cancel the run',
        dangerous: true,
        onConfirm: () => operate.mutate({ verb: 'cancel' }),
      }),
    resume: () =>
      confirm({
        title: `Resume the run on ${where}?`,
        touches: `It goes on at “${run.step?.name ?? 'the failed step'}”, which is run once more, and then takes the steps after it. ${atOnce}`,
        action: 'Resume',
        onConfirm: () => operate.mutate({ verb: 'resume' }),
      }),
    skip: (step) =>
      confirm({
        title: `Skip “${step.name}” on ${where}?`,
        touches: `The failed step stays as it is and counts as skipped; the run goes on with the step after it. ${atOnce}`,
        action: 'Skip the step',
        onConfirm: () => operate.mutate({ verb: 'skip', step: step.key }),
      }),
    repeat: (step) =>
      confirm({
        title: `Repeat “${step.name}” on ${where}?`,
        touches: `The step is run once more on the endpoint; the run goes on from there, so the steps after it run again, too. ${atOnce}`,
        action: 'Repeat the step',
        onConfirm: () => operate.mutate({ verb: 'repeat', step: step.key }),
      }),
  };
}

/** What can be asked of the whole run. */
export function RunActions({ run, operation }: { readonly run: Run; readonly operation: RunOperation }) {
  const { options, status, cancelledBy } = run;
  const { refusal, pending } = operation;
  return (
    <>
      {options.resume && (
        <ActionButton
          variant="filled"
          icon={IconPlayerPlay}
          refusal={refusal}
          loading={pending}
          onClick={operation.resume}
        >
          Resume
        </ActionButton>
      )}
      {status !== 'finished' && (
        <ActionButton
          icon={IconBan}
          refusal={
            options.cancel ? refusal : `It is being cancelled already, by ${cancelledBy ?? 'somebody'}.`
          }
          loading={pending}
          onClick={operation.cancel}
        >
          Cancel
        </ActionButton>
      )}
    </>
  );
}
