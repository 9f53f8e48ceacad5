import { Select } from '@mantine/core';
import type { CreatedInvitation } from '@patchbay/contracts/invitation';
import type { Role } from '@patchbay/domain/permission/role';
import { useState } from 'react';
import { IssueForm } from '../../forms/issue-form.tsx';
import { openShownOnce } from '../../ui/shown-once.tsx';
import { LinkShownOnce } from './link-shown-once.tsx';
import { RoleChoice } from './role-choice.tsx';

const lifetimes = [
  { value: '24', label: 'A day' },
  { value: '72', label: '3 days' },
  { value: '168', label: 'A week' },
];

/** Opens the dialog that invites somebody; its link is shown this once. */
export function openInvite(): void {
  openShownOnce('Invite somebody', 'lg', <Invite />);
}

function Invite() {
  const [role, setRole] = useState<Role>('viewer');
  const [hours, setHours] = useState('72');
  return (
    <IssueForm<CreatedInvitation>
      noun="invitations"
      request={{ role, expiresInHours: Number(hours) }}
      action="Make the link"
      shown={({ link, expiresAt }) => (
        <LinkShownOnce
          link={link}
          expiresAt={expiresAt}
          words={`Whoever opens this link becomes a user with the role ${role}. It works once.`}
        />
      )}
    >
      {() => (
        <>
          <RoleChoice role={role} onChange={setRole} />
          <Select
            label="The link is valid for"
            allowDeselect={false}
            data={lifetimes}
            value={hours}
            onChange={(value) => setHours(value ?? '72')}
          />
        </>
      )}
    </IssueForm>
  );
}
