import { Alert, Button, Code, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asProblem } from '../api/api-problem.ts';
import { Page } from './page.tsx';
import { RouterLink } from './router-link.tsx';

/** What went wrong, and what to do about it. */
export function ProblemView({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = asProblem(error);
  return (
    <Alert
      role="alert"
      color="red"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={problem.title}
      className="problem"
    >
      <Text size="sm">{problem.message}</Text>
      {problem.fields.length > 0 && (
        <List size="sm" mt={4}>
          {problem.fields.map(({ path, message }) => (
            <List.Item key={path}>
              {path !== '' && <Code>{path}</Code>} {message}
            </List.Item>
          ))}
        </List>
      )}
      <Text size="sm" c="dimmed" mt={4}>
        {problem.advice}
        {problem.correlationId !== null && problem.status >= 500 && (
          <> Correlation id: {problem.correlationId}</>
        )}
      </Text>
      {retry !== undefined && (
        <Button size="xs" variant="default" mt="sm" onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

/** A page that could not be shown. */
export function ProblemPage({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const problem = asProblem(error);
  const title = problem.status === 404 ? 'There is nothing here' : 'This page cannot be shown';
  return (
    <Page title={title}>
      <ProblemView error={error} {...(retry === undefined ? {} : { retry })} />
      <div>
        <RouterLink to="/">To the start</RouterLink>
      </div>
    </Page>
  );
}
