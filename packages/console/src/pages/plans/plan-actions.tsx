import type { Cycle } from '@patchbay/contracts/cycle';
import type { Plan } from '@patchbay/contracts/plan';
import type { PlanEvent } from '@patchbay/domain/plan/state';
import { planTransitions } from '@patchbay/domain/plan/transitions';
import {
  IconBan,
  IconCheck,
  IconEye,
  IconPencil,
  IconPlayerPlay,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { planStatusesShown, scheduleInWords } from './plan-words.ts';
import { openVerdict } from './verdict-dialog.tsx';

/** Everything that can be done with a plan; what cannot be done now says why (P-12). */
export function PlanActions({ plan }: { readonly plan: Plan }) {
  const { name, progress, schedule, approvalRequired, lastCycle } = plan;
  const path = `/plans/${part(plan.id)}`;
  const navigate = useNavigate();
  const refusal = useRefusal();
  const deed = usePlanDeed();
  const status = planStatusesShown[progress.status].label.toLowerCase();
  const can = (kind: PlanEvent['kind']): boolean => planTransitions[progress.status][kind] !== undefined;
  // What was missing may be there by now: the server looks again, and says what is missing still.
  const mayActivate = can('activate') || progress.status === 'incomplete';
  const awaits = progress.status === 'awaitingApproval';
  return (
    <>
      {awaits &&
        (['approve', 'reject'] as const).map((verdict) => (
          <ActionButton
            key={verdict}
            leftSection={verdict === 'approve' ? <IconCheck size={16} /> : <IconX size={16} />}
            variant={verdict === 'approve' ? 'filled' : 'default'}
            refusal={refusal(`plan.${verdict}`)}
            onClick={() =>
              openVerdict(plan, verdict, (words) => deed.mutate({ path: `${path}/${verdict}`, ...words }))
            }
          >
            {verdict === 'approve' ? 'Approve' : 'Reject'}
          </ActionButton>
        ))}
      <ActionButton
        icon={IconPlayerPlay}
        {...(awaits ? {} : { variant: 'filled' })}
        refusal={refusal('plan.activate') ?? (mayActivate ? null : `it is ${status}`)}
        loading={deed.isPending}
        onClick={() =>
          confirm({
            title: `Activate “${name}”?`,
            touches: approvalRequired
              ? 'Approvers are asked; nothing starts before one of them approves.'
              : schedule.kind === 'now'
                ? 'Its cycle opens at once: patches are installed, and endpoints may be rebooted as their workflows say.'
                : `Its cycle opens at its time: ${scheduleInWords(schedule)}.`,
            action: 'Activate',
            onConfirm: () =>
              deed.mutate({ path: `${path}/activate`, body: {}, done: `“${name}” is activated.` }),
          })
        }
      >
        Activate
      </ActionButton>
      <ActionButton
        icon={IconEye}
        refusal={refusal('plan.rehearse')}
        onClick={() =>
          confirm({
            title: `Rehearse “${name}”?`,
            touches:
              'Every endpoint of the plan is looked at now, outside of windows and waves. Only tasks that are safe in rehearsal run; nothing is installed and nothing rebooted.',
            action: 'Rehearse',
            onConfirm: () =>
              deed.mutate({ path: `${path}/rehearse`, body: {}, done: 'The rehearsal has begun.' }),
          })
        }
      >
        Rehearse
      </ActionButton>
      <ActionButton
        icon={IconPencil}
        refusal={refusal('plan.write')}
        onClick={() => void navigate({ to: paths.editPlan(plan.id) })}
      >
        Edit
      </ActionButton>
      {can('cancel') && (
        <ActionButton
          icon={IconBan}
          refusal={refusal('plan.cancel')}
          onClick={() =>
            confirm({
              title: `Cancel “${name}”?`,
              touches:
                progress.status === 'running' || progress.status === 'halted'
                  ? `Cycle #${lastCycle ?? ''} ends: nothing more starts, scripts that run are asked to stop, and a patch operation under way is never cut.`
                  : 'What was activated is taken back; nothing starts.',
              action: 'Cancel the plan',
              dangerous: true,
              onConfirm: () => deed.mutate({ path: `${path}/cancel`, done: `“${name}” is being cancelled.` }),
            })
          }
        >
          Cancel
        </ActionButton>
      )}
      <DeletePlan plan={plan} path={path} />
    </>
  );
}

function DeletePlan({ plan: { name }, path }: { readonly plan: Plan; readonly path: string }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const refusal = useRefusal()('plan.write');
  const remove = useMutation({
    mutationFn: () => send('DELETE', path),
    onSuccess: async () => {
      await navigate({ to: paths.plans });
      await queryClient.invalidateQueries({ queryKey: ['plans'] });
      notifyDone(`“${name}” is deleted.`);
    },
    onError: notifyProblem,
  });
  return (
    <ActionButton
      icon={IconTrash}
      refusal={refusal}
      onClick={() =>
        confirm({
          title: `Delete “${name}”?`,
          touches: 'Its cycles and what they did stay; the plan itself cannot be brought back.',
          action: 'Delete',
          dangerous: true,
          onConfirm: () => remove.mutate(),
        })
      }
    >
      Delete
    </ActionButton>
  );
}

/** Asks something of a plan; when a cycle opens, goes there. */
function usePlanDeed() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body?: unknown; done: string }) =>
      send<Plan | Cycle>('POST', path, body),
    onSuccess: async (answer, { done }) => {
      await Promise.all(
        ['plans', 'cycles'].map((noun) => queryClient.invalidateQueries({ queryKey: [noun] })),
      );
      notifyDone(done);
      if ('openedAt' in answer) await navigate({ to: paths.cycle(answer.id) });
    },
    onError: notifyProblem,
  });
}
