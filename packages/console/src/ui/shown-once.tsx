import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A secret that nobody sees again, with what to do with it. */
export function ShownOnce({
  words,
  secret,
  children,
  onClose,
}: {
  readonly words: ReactNode;
  /** Absent: it is in the children. */
  readonly secret?: string;
  readonly children?: ReactNode;
  readonly onClose: () => void;
}) {
  return (
    <Stack>
      <Text size="sm">{words}</Text>
      {secret !== undefined && <Copyable text={secret} />}
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose}>I have kept it</Button>
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
