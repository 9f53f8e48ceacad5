import { queryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { get, getTagged, part, type Query, type Tagged } from './client.ts';

/** One thing, kept under its noun so that live changes reach it. */
export function thingQuery<Value>(noun: string, path: string, query: Query = {}) {
  return queryOptions({
    queryKey: [noun, 'one', path, query],
    queryFn: ({ signal }) => get<Value>(path, query, signal),
  });
}

/** One thing with the version that an edit must name. */
export function taggedQuery<Value>(noun: string, path: string) {
  return queryOptions({
    queryKey: [noun, 'tagged', path],
    queryFn: ({ signal }) => getTagged<Value>(path, signal),
  });
}

/** The thing that the address of the page names by its id, with the version that an edit must name. */
export function useAddressedThing<Value>(noun: string): UseQueryResult<Tagged<Value>> {
  const { id } = useParams({ strict: false }) as { id: string };
  return useQuery(taggedQuery<Value>(noun, `/${noun}/${part(id)}`));
}
