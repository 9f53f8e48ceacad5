import { Button, Group, Select, Stack } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { CreatedInvitation } from '@patchbay/contracts/invitation';
import type { Role } from '@patchbay/domain/permission/role';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { LinkShownOnce } from './link-shown-once.tsx';
import { RoleChoice } from './role-choice.tsx';

const close = (): void => modals.close('invite');
const lifetimes = [
  { value: '24', label: 'A day' },
  { value: '72', label: '3 days' },
  { value: '168', label: 'A week' },
];

/** Opens the dialog that invites somebody; its link is shown this once. */
export function openInvite(): void {
  modals.open({
    modalId: 'invite',
    title: 'Invite somebody',
    size: 'lg',
    closeOnClickOutside: false,
    closeOnEscape: false,
    children: <Invite />,
  });
}

function Invite() {
  const [role, setRole] = useState<Role>('viewer');
  const [hours, setHours] = useState('72');
  const queryClient = useQueryClient();
  const invite = useMutation({
    mutationFn: () =>
      send<CreatedInvitation>('POST', '/invitations', { role, expiresInHours: Number(hours) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['invitations'] }),
  });
  if (invite.data !== undefined) {
    const { link, expiresAt } = invite.data;
    return (
      <LinkShownOnce
        link={link}
        expiresAt={expiresAt}
        words={`Whoever opens this link becomes a user with the role ${role}. It works once.`}
        onClose={close}
      />
    );
  }
  return (
    <Stack>
      {invite.isError && <ProblemView error={invite.error} />}
      <RoleChoice role={role} onChange={setRole} />
      <Select
        label="The link is valid for"
        allowDeselect={false}
        data={lifetimes}
        value={hours}
        onChange={(value) => setHours(value ?? '72')}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Leave it
        </Button>
        <Button loading={invite.isPending} onClick={() => invite.mutate()}>
          Make the link
        </Button>
      </Group>
    </Stack>
  );
}
