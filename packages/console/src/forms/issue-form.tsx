import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { send } from '../api/client.ts';
import { DialogFoot } from '../ui/dialog-foot.tsx';
import { ProblemView } from '../ui/problem-view.tsx';
import { closeShownOnce } from '../ui/shown-once.tsx';
import { fieldErrors } from './field-errors.ts';

/** Makes something that has a secret: its fields first, then, this once, what was made. For `openShownOnce`. */
export function IssueForm<Made>({
  noun,
  request,
  action,
  shown,
  children,
}: {
  /** Where the API has it, and the key of its list: `api-tokens`. */
  readonly noun: string;
  /** What is asked for; null: the fields do not say it yet. */
  readonly request: object | null;
  /** What the button says. */
  readonly action: string;
  readonly shown: (made: Made) => ReactNode;
  /** The fields, with what is wrong by their paths. */
  readonly children: (errors: Readonly<Record<string, string>>) => ReactNode;
}) {
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => send<Made>('POST', `/${noun}`, request),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [noun] }),
  });
  if (create.isSuccess) return shown(create.data);
  const errors = create.isError ? fieldErrors(create.error) : {};
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (request !== null) create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {create.isError && Object.keys(errors).length === 0 && <ProblemView error={create.error} />}
        {children(errors)}
        <DialogFoot onLeave={closeShownOnce}>
          <Button type="submit" loading={create.isPending} disabled={request === null}>
            {action}
          </Button>
        </DialogFoot>
      </Stack>
    </form>
  );
}
