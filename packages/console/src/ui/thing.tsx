import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemPage } from './problem-view.tsx';

/** What is read for a page: places for it while it comes, the reason when it does not. */
export function Thing<Value>({
  query,
  children,
}: {
  readonly query: UseQueryResult<Value>;
  readonly children: (value: Value) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <ProblemPage error={query.error} retry={() => void query.refetch()} />;
  return (
    <div className="page" role="status" aria-label="Reading">
      <Skeleton height={26} width={320} />
      <Stack gap="md" mt="sm">
        <Skeleton height={140} />
        <Skeleton height={260} />
      </Stack>
    </div>
  );
}
