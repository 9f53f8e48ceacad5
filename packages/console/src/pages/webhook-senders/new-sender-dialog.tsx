import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { CreatedWebhookSender } from '@patchbay/contracts/webhook-sender';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Copyable, ShownOnce } from '../../ui/shown-once.tsx';
import { decisionAddress, signingRecipe } from './signing-recipe.ts';

/** Opens the dialog that makes a sender of signed webhooks, and shows its secret this once. */
export function openNewSender(): void {
  modals.open({
    modalId: 'new-sender',
    title: 'New webhook sender',
    size: 'xl',
    // What is shown once must not vanish by a click beside it.
    closeOnClickOutside: false,
    closeOnEscape: false,
    children: <NewSender />,
  });
}

const close = (): void => modals.close('new-sender');

function NewSender() {
  const [name, setName] = useState('');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () => send<CreatedWebhookSender>('POST', '/webhook-senders', { name: name.trim() }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['webhook-senders'] }),
  });
  if (create.data !== undefined) return <Recipe made={create.data} />;
  const errors = create.isError ? fieldErrors(create.error) : {};
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {create.isError && Object.keys(errors).length === 0 && <ProblemView error={create.error} />}
        <TextInput
          label="Name"
          description="The system that decides; plans and the audit name it as who approved"
          placeholder="ServiceNow"
          required
          maxLength={120}
          data-autofocus
          error={errors['name']}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={create.isPending} disabled={name.trim() === ''}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Recipe({ made: { id, secret } }: { readonly made: CreatedWebhookSender }) {
  const address = decisionAddress(window.location.origin, id);
  return (
    <ShownOnce
      words="This is the secret that the system signs with. It is shown this once only; keep it like a password."
      secret={secret}
      onClose={close}
    >
      <Text size="sm">It sends its decisions to this address:</Text>
      <Copyable text={address} />
      <Text size="sm">
        To try it, put the secret in and run this where nobody else is signed in: others on the machine can
        see the key for a moment. A library for Standard Webhooks does the same.
      </Text>
      <Copyable text={signingRecipe(address, 'whsec_…')} />
    </ShownOnce>
  );
}
