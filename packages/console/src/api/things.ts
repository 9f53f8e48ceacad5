import { queryOptions } from '@tanstack/react-query';
import { get, getTagged, type Query } from './client.ts';

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
