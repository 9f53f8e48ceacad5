import { Radio, Stack } from '@mantine/core';
import { type Role, roles } from '@patchbay/domain/permission/role';
import { roleWords } from '../../ui/role-words.ts';

/** Chooses a role, each with what it is for (S-02). */
export function RoleChoice({
  role,
  onChange,
}: {
  readonly role: Role;
  readonly onChange: (role: Role) => void;
}) {
  return (
    <Radio.Group label="Role" value={role} onChange={onChange}>
      <Stack gap="xs" mt={6}>
        {roles.map((one) => (
          <Radio key={one} value={one} label={one} description={roleWords[one]} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
