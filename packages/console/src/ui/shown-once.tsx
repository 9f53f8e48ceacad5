import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { ReactNode } from 'react';

const modalId = 'shown-once';

/** Opens a dialog that shows a `ShownOnce`, at once or after something was filled in. */
export function openShownOnce(title: string, size: 'lg' | 'xl', children: ReactNode): void {
  modals.open({
    modalId,
    title,
    size,
    // What is shown once must not vanish by a click beside it.
    closeOnClickOutside: false,
    closeOnEscape: false,
    children,
  });
}

/** Closes that dialog. */
export const closeShownOnce = (): void => modals.close(modalId);

/** A secret that nobody sees again, with what to do with it. */
export function ShownOnce({
  words,
  secret,
  children,
}: {
  readonly words: ReactNode;
  /** Absent: it is in the children. */
  readonly secret?: string;
  readonly children?: ReactNode;
}) {
  return (
    <Stack>
      <Text size="sm">{words}</Text>
      {secret !== undefined && <Copyable text={secret} />}
      {children}
      <Group justify="flex-end">
        <Button onClick={closeShownOnce}>I have kept it</Button>
      </Group>
    </Stack>
  );
}

/** Text to be copied; without a clipboard, as in plain HTTP, one click marks the whole of it. */
export function Copyable({ text }: { readonly text: string }) {
  return (
    <div className="copyable">
      <Code block tabIndex={0}>
        {text}
      </Code>
      {window.isSecureContext && (
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      )}
    </div>
  );
}
