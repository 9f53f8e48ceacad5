import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import type { Column } from './list-definition.ts';

/** The names of the columns; those that the API can sort by are buttons. */
export function ListHeader<Row>({
  columns,
  tracks,
  minWidth,
  actions,
  sort,
  onSort,
}: {
  readonly columns: readonly Column<Row>[];
  readonly tracks: string;
  readonly minWidth: string;
  readonly actions: boolean;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}) {
  return (
    <div role="rowgroup" className="list-head" style={{ minWidth }}>
      <div role="row" aria-rowindex={1} className="list-head-row" style={{ gridTemplateColumns: tracks }}>
        {columns.map((column) => (
          <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
        ))}
        {actions && (
          <div role="columnheader" className="list-cell">
            <span className="for-screen-readers">Actions</span>
          </div>
        )}
      </div>
    </div>
  );
}

function HeaderCell<Row>({
  column: { header, align, sort: sorting },
  sort,
  onSort,
}: {
  readonly column: Column<Row>;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}) {
  const className = align === 'end' ? 'list-cell list-cell-end' : 'list-cell';
  if (sorting === undefined) {
    return (
      <div role="columnheader" className={className}>
        {header}
      </div>
    );
  }
  const { by, first = 'up' } = sorting;
  const direction = sort === by ? 'ascending' : sort === `-${by}` ? 'descending' : 'none';
  const next =
    direction === 'none' ? (first === 'up' ? by : `-${by}`) : direction === 'ascending' ? `-${by}` : by;
  return (
    <div role="columnheader" aria-sort={direction} className={className}>
      <button type="button" className="list-sort" onClick={() => onSort(next)}>
        {header}
        {direction === 'ascending' && <IconArrowUp size={13} aria-hidden="true" />}
        {direction === 'descending' && <IconArrowDown size={13} aria-hidden="true" />}
        {direction === 'none' && <IconArrowsSort size={13} aria-hidden="true" className="list-sort-none" />}
      </button>
    </div>
  );
}
