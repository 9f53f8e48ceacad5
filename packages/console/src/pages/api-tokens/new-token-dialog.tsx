import { Select } from '@mantine/core';
import type { CreatedApiToken } from '@patchbay/contracts/api-token';
import { type Role, roles } from '@patchbay/domain/permission/role';
import { useState } from 'react';
import { IssueForm } from '../../forms/issue-form.tsx';
import { NameInput } from '../../forms/name-fields.tsx';
import { roleWords } from '../../ui/role-words.ts';
import { openShownOnce, ShownOnce } from '../../ui/shown-once.tsx';

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'It does not expire' },
];

/** Opens the dialog that makes an API token, and shows it this once. */
export function openNewToken(): void {
  openShownOnce('New API token', 'lg', <NewToken />);
}

function NewToken() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [lifetime, setLifetime] = useState('365');
  const expiresInDays = lifetime === 'never' ? null : Number(lifetime);
  return (
    <IssueForm<CreatedApiToken>
      noun="api-tokens"
      request={name.trim() === '' ? null : { name: name.trim(), role, expiresInDays }}
      action="Create"
      shown={({ token }) => (
        <ShownOnce
          words="This is the token. It is shown this once only; keep it like a password."
          secret={token}
        />
      )}
    >
      {(errors) => (
        <>
          <NameInput
            description="What uses it, so that it can be told from others"
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
        </>
      )}
    </IssueForm>
  );
}
