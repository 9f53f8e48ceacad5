import { Button } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Run, RunEventEntry } from '@patchbay/contracts/run';
import { useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../../api/client.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { When } from '../../ui/time.tsx';

/** Every transition, explained in sentences (W-14). */
export function RunHistory({ run }: { readonly run: Run }) {
  const path = `/runs/${run.id}/events`;
  const events = useInfiniteQuery({
    queryKey: ['runs', 'events', path],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      get<ListPage<RunEventEntry>>(path, { limit: 200, cursor: pageParam }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  if (events.isError) return <ProblemView error={events.error} retry={() => void events.refetch()} />;
  const told = (events.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(({ notes }) => notes.length > 0);
  if (told.length === 0) {
    return <p className="quiet history-none">Nothing has happened yet: the run waits for its turn.</p>;
  }
  return (
    <>
      <ol className="history">
        {told.map(({ sequence, at, notes, by }) => (
          <li key={sequence}>
            <span className="history-time quiet">
              <When at={at} />
            </span>
            <div>
              {notes.map((note, index) => (
                <div key={index}>{note}</div>
              ))}
              {by !== null && <div className="quiet">Asked for by {by}.</div>}
            </div>
          </li>
        ))}
      </ol>
      {events.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={events.isFetchingNextPage}
          onClick={() => void events.fetchNextPage()}
        >
          More
        </Button>
      )}
    </>
  );
}
