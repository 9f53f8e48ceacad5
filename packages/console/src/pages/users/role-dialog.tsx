import { Button, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { User } from '@patchbay/contracts/user';
import type { Role } from '@patchbay/domain/permission/role';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, send } from '../../api/client.ts';
import { sessionQuery } from '../../api/session.ts';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RoleChoice } from './role-choice.tsx';

const close = (): void => modals.close('role-change');

/** Opens the dialog that gives a user another role. */
export function openRoleChange(user: User): void {
  modals.open({
    modalId: 'role-change',
    title: `The role of ${user.name}`,
    children: <RoleChange user={user} />,
  });
}

function RoleChange({ user }: { readonly user: User }) {
  const [role, setRole] = useState<Role>(user.role);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => send<User>('PUT', `/users/${part(user.id)}/role`, { role }),
    onSuccess: async () => {
      close();
      notifyDone(`The role of ${user.name} is ${role}.`);
      await queryClient.invalidateQueries({ queryKey: ['users'] });
      await queryClient.invalidateQueries(sessionQuery);
    },
  });
  return (
    <Stack>
      {change.isError && <ProblemView error={change.error} />}
      <RoleChoice role={role} onChange={setRole} />
      <Text size="sm" c="dimmed">
        It holds at once, also where they are signed in.
      </Text>
      <DialogFoot onLeave={close}>
        <Button disabled={role === user.role} loading={change.isPending} onClick={() => change.mutate()}>
          Change the role
        </Button>
      </DialogFoot>
    </Stack>
  );
}
