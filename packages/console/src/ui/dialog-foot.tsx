import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** What stands below a dialog: leaving it, and what it is for. */
export function DialogFoot({
  onLeave,
  children,
}: {
  readonly onLeave: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onLeave}>
        Leave it
      </Button>
      {children}
    </Group>
  );
}
