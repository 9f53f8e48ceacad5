import type { Whoami } from '@patchbay/contracts/whoami';
import { type Action, permissions } from '@patchbay/domain/permission/table';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.ts';
import { get } from './client.ts';

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: 5 * 60_000,
  queryFn: async ({ signal }): Promise<Whoami | null> => {
    try {
      return await get<Whoami>('/whoami', {}, signal);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
});

/** Who is signed in; only for pages that nobody else sees. */
export function useSession(): Whoami {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('nobody is signed in');
  return data;
}

/** Says why the one who is signed in may not do this; null when they may (S-02). */
export function useRefusal(): (action: Action) => string | null {
  const { role, actions } = useSession();
  return (action) =>
    actions.includes(action)
      ? null
      : `Your role “${role}” does not include this; ${permissions[action].join(' or ')} does.`;
}
