import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { send } from '../api/client.ts';
import { notifyDone } from '../ui/notify.ts';
import type { Saving } from './saving.ts';

interface Made {
  readonly id: string;
  readonly name: string;
}

/** Makes a thing and goes to its page. */
export function useCreation<Draft>({
  noun,
  page,
  requestOf = (draft) => draft,
  done = (name) => `“${name}” is saved.`,
  onRefused,
}: {
  /** Where the API has it, and the key of what is read of it: `scripts`. */
  readonly noun: string;
  readonly page: (id: string) => string;
  readonly requestOf?: (draft: Draft) => unknown;
  /** What is said when it is made. */
  readonly done?: (name: string) => string;
  readonly onRefused?: (error: unknown) => void;
}): Saving<Draft> {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (draft: Draft) => send<Made>('POST', `/${noun}`, requestOf(draft)),
    onSuccess: async ({ id, name }) => {
      await queryClient.invalidateQueries({ queryKey: [noun] });
      await navigate({ to: page(id), ignoreBlocker: true });
      notifyDone(done(name));
    },
    onError: (refused) => onRefused?.(refused),
  });
  return { isNew: true, save: (draft) => mutate(draft), isSaving: isPending, error, theirs: null };
}
