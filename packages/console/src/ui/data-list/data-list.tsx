import type { Page as ListPage } from '@patchbay/contracts/page';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { apiAddress, get, type Query } from '../../api/client.ts';
import { download, openDownload } from '../download.ts';
import { ProblemView } from '../problem-view.tsx';
import { Nothing } from '../section.tsx';
import { countText } from './count-text.ts';
import { csvText } from './csv.ts';
import { useListAddress } from './list-address.ts';
import type { ListDefinition } from './list-definition.ts';
import { ListRows, LoadingRows } from './list-rows.tsx';
import { ListToolbar } from './list-toolbar.tsx';
import './data-list.css';

const pageSize = 100;

/** A list of whatever length: searched, filtered, read page by page, its state in the address (O-10). */
export function DataList<Row>({ list }: { readonly list: ListDefinition<Row> }) {
  const { things, columns, facets, searchIn } = list;
  const address = useListAddress(columns, facets);
  const sort = address.sort || (list.sorted ?? '');
  const query = {
    ...list.query,
    ...address.chosen,
    sort,
    ...(searchIn === undefined ? {} : { search: address.search.trim() }),
  };
  const { pages, rows } = useRows(list, query);
  const shown = columns.filter(({ id }) => address.shownColumns.has(id));
  const isRead = pages.data !== undefined;
  const exportCsv = (): void => {
    if (list.exportPath !== undefined) {
      openDownload(apiAddress(list.exportPath, query));
      return;
    }
    const lines = [
      shown.map(({ header }) => header),
      ...rows.map((row) => shown.map(({ text }) => text(row))),
    ];
    download(`${things.replaceAll(' ', '-')}.csv`, 'text/csv', [csvText(lines)]);
  };

  return (
    <div className="data-list surface">
      <ListToolbar
        list={list}
        address={address}
        count={isRead ? countText(rows.length, pages.hasNextPage, things) : ''}
        refreshing={pages.isFetching}
        onRefresh={() => void pages.refetch()}
        onExport={exportCsv}
      />
      {!isRead && !pages.isError && <LoadingRows things={things} columns={shown} dense={address.dense} />}
      {isRead && rows.length === 0 && (address.isFiltered ? <NoMatch things={things} /> : list.empty)}
      {rows.length > 0 && (
        <ListRows
          list={list}
          columns={shown}
          rows={rows}
          dense={address.dense}
          sort={sort}
          onSort={(chosen) => address.change({ sort: chosen === list.sorted ? '' : chosen })}
          more={pages.hasNextPage && !pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      )}
      {pages.isError && (
        <div className="list-problem">
          <ProblemView error={pages.error} retry={() => void pages.refetch()} />
        </div>
      )}
    </div>
  );
}

function NoMatch({ things }: { readonly things: string }) {
  return <Nothing title={`No ${things} match`}>Change the search, or clear the filters.</Nothing>;
}

/** What has been read of a list so far. */
function useRows<Row>({ noun, path, rowId }: ListDefinition<Row>, query: Query) {
  const pages = useInfiniteQuery({
    queryKey: [noun, 'list', path, query],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      get<ListPage<Row>>(path, { ...query, limit: pageSize, cursor: pageParam }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: keepPreviousData,
    // Comparing thousands of rows with what was there before costs more than showing the few that are seen.
    structuralSharing: false,
  });
  const rows = useMemo(() => {
    const read = pages.data?.pages.flatMap(({ items }) => items) ?? [];
    // What moved down while page after page was read stands on two of them.
    return [...new Map(read.map((row) => [rowId(row), row])).values()];
  }, [pages.data, rowId]);
  return { pages, rows };
}
