import { Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import './door.css';

/** What is seen before somebody is signed in. */
export function Door({
  title,
  words,
  children,
}: {
  readonly title: string;
  readonly words?: string;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  return (
    <main className="door">
      <div className="door-inner">
        <div className="door-brand">
          <img src="/patchbay.svg" alt="" width={38} height={38} />
          <span>Patchbay</span>
        </div>
        <Paper className="surface" p="xl">
          <Title order={1} mb={words === undefined ? 'md' : 4}>
            {title}
          </Title>
          {words !== undefined && (
            <Text size="sm" c="dimmed" mb="md">
              {words}
            </Text>
          )}
          {children}
        </Paper>
      </div>
    </main>
  );
}
