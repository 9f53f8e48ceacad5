import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, memo, useState } from 'react';
import { IconAction } from '../action-button.tsx';
import { RouterLink } from '../router-link.tsx';
import type { Column, ListDefinition } from './list-definition.ts';

interface ListRowProps<Row> {
  readonly list: ListDefinition<Row>;
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
  readonly index: number;
  /** Pixels from the first row. */
  readonly start: number;
  readonly height: number;
  readonly tracks: string;
  /** The one that is reached with Tab. */
  readonly isCurrent: boolean;
  readonly onKey: (event: KeyboardEvent, index: number, path: string | undefined) => void;
  readonly onCurrent: (index: number) => void;
}

/** One row; drawn anew only when something of it has changed, so that scrolling draws only those that come. */
export const ListRow = memo(Row) as typeof Row;

function Row<Item>({
  list: { rowPath, rowActions },
  columns,
  row,
  index,
  start,
  height,
  tracks,
  isCurrent,
  onKey,
  onCurrent,
}: ListRowProps<Item>) {
  const navigate = useNavigate();
  const [isHovered, setHovered] = useState(false);
  const tabIndex = isCurrent ? 0 : -1;
  const path = rowPath?.(row);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      data-index={index}
      tabIndex={tabIndex}
      className={path === undefined ? 'list-row' : 'list-row list-row-opens'}
      style={{ transform: `translateY(${start}px)`, height, gridTemplateColumns: tracks }}
      onFocus={() => onCurrent(index)}
      onMouseEnter={() => setHovered(true)}
      onMouseLeave={() => setHovered(false)}
      onKeyDown={(event) => onKey(event, index, path)}
      onClick={(event) => {
        const onControl = (event.target as Element).closest('a, button') !== null;
        const selecting = window.getSelection()?.isCollapsed === false;
        if (path !== undefined && !onControl && !selecting) void navigate({ to: path });
      }}
    >
      {columns.map((column, position) => (
        <div
          key={column.id}
          role="gridcell"
          className={column.align === 'end' ? 'list-cell list-cell-end' : 'list-cell'}
        >
          {position === 0 && path !== undefined ? (
            <RouterLink to={path} tabIndex={-1} className="list-name clip" title={column.text(row)}>
              {column.cell ? column.cell(row, { tabIndex }) : column.text(row)}
            </RouterLink>
          ) : column.cell ? (
            column.cell(row, { tabIndex })
          ) : (
            <span title={column.text(row)}>{column.text(row) || '–'}</span>
          )}
        </div>
      ))}
      {rowActions && (
        <div role="gridcell" className="list-cell list-cell-end list-actions">
          {/* Those of the other rows cannot be seen and not be reached: they would only make scrolling slow. */}
          {(isCurrent || isHovered) &&
            rowActions(row).map((action) => (
              <IconAction key={action.label} {...action} tabIndex={tabIndex} />
            ))}
        </div>
      )}
    </div>
  );
}
