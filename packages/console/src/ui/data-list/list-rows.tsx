import { Skeleton } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Column, ListDefinition } from './list-definition.ts';
import { ListHeader } from './list-header.tsx';
import { ListRow } from './list-row.tsx';

const normalHeight = 44;
const denseHeight = 32;
const nearEnd = 30;
/** Rows that one press of Page Up or Page Down goes. */
const pageStep = 15;
/** The width of one row action. */
const actionRem = 1.95;

interface RowsProps<Row> {
  readonly list: ListDefinition<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly dense: boolean;
  /** What it is sorted by now; `-` before it: backwards. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  /** More can be read now. */
  readonly more: boolean;
  readonly onMore: () => void;
}

/** The rows that can be seen, in a grid that is walked with the arrow keys; Enter opens a row. */
export function ListRows<Row>({ list, columns, rows, dense, sort, onSort, more, onMore }: RowsProps<Row>) {
  const { things, rowId, rowActions } = list;
  const count = rows.length;
  const navigate = useNavigate();
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  const height = dense ? denseHeight : normalHeight;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    getItemKey: (index) => rowId(rows[index] as Row),
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - nearEnd) onMore();
  }, [more, last, rows.length, onMore]);

  const goTo = useCallback(
    (index: number): void => {
      const next = Math.max(0, Math.min(count - 1, index));
      setCurrent(next);
      virtualizer.scrollToIndex(next);
      const row = (): HTMLElement | null | undefined =>
        scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`);
      // At once where it is there: what is pressed next is meant for it.
      if (row()) row()?.focus({ preventScroll: true });
      else requestAnimationFrame(() => row()?.focus());
    },
    [virtualizer, count],
  );
  const onKey = useCallback(
    (event: KeyboardEvent, index: number, path: string | undefined): void => {
      const onRow = event.target === event.currentTarget;
      const steps: Readonly<Record<string, number>> = {
        ArrowDown: index + 1,
        ArrowUp: index - 1,
        PageDown: index + pageStep,
        PageUp: index - pageStep,
        Home: 0,
        End: count - 1,
      };
      const next = steps[event.key];
      if (next !== undefined) {
        event.preventDefault();
        goTo(next);
      } else if (event.key === 'Enter' && onRow && path !== undefined) {
        void navigate({ to: path });
      }
    },
    [goTo, navigate, count],
  );

  const actions = rowActions === undefined || rows[0] === undefined ? 0 : rowActions(rows[0]).length;
  const tracks = tracksOf(columns, actions);
  const minWidth = leastWidth(columns, actions);
  const active = Math.min(current, rows.length - 1);
  return (
    <div
      className="list-scroller"
      ref={scroller}
      role="grid"
      aria-label={things}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + (rowActions ? 1 : 0)}
    >
      <ListHeader
        columns={columns}
        tracks={tracks}
        minWidth={minWidth}
        actions={rowActions !== undefined}
        sort={sort}
        onSort={onSort}
      />
      <div role="rowgroup" className="list-body" style={{ height: virtualizer.getTotalSize(), minWidth }}>
        {visible.map(({ index, start, key }) => (
          <ListRow
            key={key}
            list={list}
            columns={columns}
            row={rows[index] as Row}
            index={index}
            start={start}
            height={height}
            tracks={tracks}
            isCurrent={index === active}
            onKey={onKey}
            onCurrent={setCurrent}
          />
        ))}
      </div>
    </div>
  );
}

/** Rows to come, in the places where they will be. */
export function LoadingRows<Row>({
  things,
  columns,
  dense,
}: {
  readonly things: string;
  readonly columns: readonly Column<Row>[];
  readonly dense: boolean;
}) {
  const height = dense ? denseHeight : normalHeight;
  return (
    <div className="list-scroller" role="status" aria-label={`Reading ${things}`}>
      {Array.from({ length: 8 }, (_, index) => (
        <div
          key={index}
          className="list-loading"
          style={{ height, gridTemplateColumns: tracksOf(columns, 0) }}
        >
          {columns.map(({ id }) => (
            <Skeleton key={id} height={10} radius="xl" width={`${55 + ((index * 17) % 35)}%`} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** The same for header and rows, each of which is a grid of its own. */
function tracksOf<Row>(columns: readonly Column<Row>[], actions: number): string {
  return [...columns.map(({ width }) => width), ...(actions > 0 ? [`${actions * actionRem}rem`] : [])].join(
    ' ',
  );
}

/** What all columns need at least, with the gaps between them: less scrolls sideways, instead of cutting them off. */
function leastWidth<Row>(columns: readonly Column<Row>[], actions: number): string {
  const least = columns.map(({ width }) => Number(/([\d.]+)rem/.exec(width)?.[1] ?? 0));
  const gaps = columns.length + 1 + (actions > 0 ? 1 : 0);
  return `${least.reduce((sum, one) => sum + one, gaps + actions * actionRem)}rem`;
}
