import type { RebootFlow, RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';

/** Asks an endpoint to give a flow up, after saying what that touches. */
export function useCancelReboot(): {
  readonly refusal: (flow: Pick<RebootFlowSummary, 'pending'>, canCancel?: boolean) => string | null;
  readonly cancel: (flow: Pick<RebootFlowSummary, 'id' | 'endpoint'>) => void;
} {
  const refused = useRefusal()('reboot.cancel');
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: ({ id }: Pick<RebootFlowSummary, 'id' | 'endpoint'>) =>
      send<RebootFlow>('POST', `/reboots/${part(id)}/cancel`, {}),
    onSuccess: async (_flow, { endpoint }) => {
      notifyDone(`${endpoint.name} is asked to give it up.`);
      await queryClient.invalidateQueries({ queryKey: ['reboots'] });
    },
    onError: notifyProblem,
  });
  return {
    refusal: ({ pending }, canCancel = true) =>
      pending ? (canCancel ? refused : 'The endpoint has been asked already.') : 'It is over.',
    cancel: (flow) =>
      confirm({
        title: `Cancel the reboot of ${flow.endpoint.name}?`,
        touches:
          'What is on its users’ screens goes away and the endpoint does not reboot for it; if a reboot was needed, it still is. Runs that wait for this reboot end and say so. An endpoint that is not connected goes on until it comes back and is told.',
        action: 'Cancel the reboot',
        dangerous: true,
        onConfirm: () => act.mutate(flow),
      }),
  };
}
