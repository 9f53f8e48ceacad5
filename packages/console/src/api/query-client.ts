import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';
import { sessionQuery } from './session.ts';

/** One cache for the whole console. A 401 anywhere means that the session has ended. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetEndedSession }),
  mutationCache: new MutationCache({ onError: forgetEndedSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) =>
        failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status === 503),
    },
  },
});

function forgetEndedSession(error: Error): void {
  if (error instanceof ApiProblem && error.status === 401) {
    queryClient.setQueryData(sessionQuery.queryKey, null);
  }
}
