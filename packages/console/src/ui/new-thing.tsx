import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { ActionButton } from './action-button.tsx';

/** Leads to the page on which one more is made. */
export function NewThing({
  label,
  to,
  refusal,
}: {
  readonly label: string;
  readonly to: string;
  readonly refusal: string | null;
}) {
  const navigate = useNavigate();
  return (
    <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={() => void navigate({ to })}>
      {label}
    </ActionButton>
  );
}
