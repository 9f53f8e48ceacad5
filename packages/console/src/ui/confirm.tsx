import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

/** Asks before something is done that touches more than a form; says what it will touch (O-10). */
export function confirm(options: {
  readonly title: string;
  /** What it touches, and what it does not. */
  readonly touches: ReactNode;
  readonly action: string;
  readonly dangerous?: boolean;
  readonly onConfirm: () => void;
}): void {
  const { title, touches, action, dangerous = false, onConfirm } = options;
  modals.openConfirmModal({
    title,
    children: (
      <Text component="div" size="sm">
        {touches}
      </Text>
    ),
    labels: { confirm: action, cancel: 'Leave it' },
    confirmProps: dangerous ? { color: 'red.9' } : {},
    onConfirm,
  });
}
