import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { CreatedApiToken } from '@patchbay/contracts/api-token';
import { type Role, roles } from '@patchbay/domain/permission/role';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { send } from '../../api/client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { roleWords } from '../../ui/role-words.ts';
import { ShownOnce } from '../../ui/shown-once.tsx';

/** Opens the dialog that makes an API token, and shows it this once. */
export function openNewToken(): void {
  modals.open({
    modalId: 'new-token',
    title: 'New API token',
    size: 'lg',
    // What is shown once must not vanish by a click beside it.
    closeOnClickOutside: false,
    closeOnEscape: false,
    children: <NewToken />,
  });
}

const close = (): void => modals.close('new-token');
const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'It does not expire' },
];

function NewToken() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [lifetime, setLifetime] = useState('365');
  const queryClient = useQueryClient();
  const create = useMutation({
    mutationFn: () =>
      send<CreatedApiToken>('POST', '/api-tokens', {
        name: name.trim(),
        role,
        expiresInDays: lifetime === 'never' ? null : Number(lifetime),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['api-tokens'] }),
  });
  if (create.data !== undefined) {
    return (
      <ShownOnce
        words="This is the token. It is shown this once only; keep it like a password."
        secret={create.data.token}
        onClose={close}
      />
    );
  }
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
          description="What uses it, so that it can be told from others"
          required
          maxLength={120}
          data-autofocus
          error={errors['name']}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Select
          label="Role"
          description={roleWords[role]}
          allowDeselect={false}
          data={[...roles]}
          value={role}
          onChange={(value) => setRole(value as Role)}
        />
        <Select
          label="Valid for"
          allowDeselect={false}
          data={lifetimes}
          value={lifetime}
          onChange={(value) => setLifetime(value ?? '365')}
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
