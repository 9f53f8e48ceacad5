import { useMutation, useQueryClient } from '@tanstack/react-query';
import { part, send } from '../api/client.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';

/**
 * Revokes things that are valid for a time, such as tokens and invitations, says that it is done and reads their list
 * again. `noun` is their address below the API and the key of their list.
 */
export function useRevoke<Thing extends { readonly id: string }>(
  noun: string,
  done: (thing: Thing) => string,
): (thing: Thing) => void {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: ({ id }: Thing) => send<Thing>('POST', `/${noun}/${part(id)}/revoke`, {}),
    onSuccess: async (thing) => {
      await queryClient.invalidateQueries({ queryKey: [noun] });
      notifyDone(done(thing));
    },
    onError: notifyProblem,
  });
  return mutate;
}
