import type { LiveEvent } from '@patchbay/contracts/live-event';
import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** What has to be read again when something of this kind has changed. */
const nounsOf: Readonly<Record<LiveEvent['kind'], readonly string[]>> = {
  run: ['runs', 'activities'],
  // A run that was quick may have begun and ended between two looks of the server, but its cycle is told of.
  cycle: ['cycles', 'plans', 'runs', 'activities'],
  reboot: ['reboots'],
  log: ['logs'],
  endpoint: ['endpoints'],
};
const allNouns = [...new Set(Object.values(nounsOf).flat())];
const collectMs = 700;
const pollMs = 10_000;
/** A list that was scrolled further than this is not read again by itself: it would jump, and cost seconds. */
const mostPages = 4;

/** Reads again what the server says has changed; asks every 10 seconds while it cannot say so. */
export function useLiveUpdates(): void {
  const queryClient = useQueryClient();
  useEffect(() => listen(queryClient), [queryClient]);
}

function listen(queryClient: QueryClient): () => void {
  const changed = new Set<string>();
  let collecting: number | undefined;
  let polling: number | undefined;
  let source: EventSource | null = null;

  const readAgain = (): void => {
    collecting = undefined;
    for (const noun of changed) invalidate(queryClient, noun);
    changed.clear();
  };
  const report = (nouns: readonly string[]): void => {
    for (const noun of nouns) changed.add(noun);
    collecting ??= window.setTimeout(readAgain, collectMs);
  };
  const poll = (): void => {
    report(allNouns);
    if (source?.readyState === EventSource.CLOSED) connect();
  };
  const connect = (): void => {
    source?.close();
    source = new EventSource('/api/v1/events');
    source.onmessage = ({ data }: MessageEvent<string>) => {
      report(nounsOf[(JSON.parse(data) as LiveEvent).kind]);
    };
    source.onopen = () => {
      window.clearInterval(polling);
      polling = undefined;
      // Of what has changed since it was read, and before now, the server does not tell.
      for (const noun of allNouns) invalidate(queryClient, noun);
    };
    source.onerror = () => {
      polling ??= window.setInterval(poll, pollMs);
    };
  };
  connect();
  return () => {
    source?.close();
    window.clearInterval(polling);
    window.clearTimeout(collecting);
  };
}

function invalidate(queryClient: QueryClient, noun: string): void {
  void queryClient.invalidateQueries({
    queryKey: [noun],
    predicate: ({ state }) => {
      const { pages } = (state.data ?? {}) as { pages?: readonly unknown[] };
      return pages === undefined || pages.length <= mostPages;
    },
  });
}
