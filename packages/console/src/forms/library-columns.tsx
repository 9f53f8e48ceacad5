import type { ReactNode } from 'react';
import { BuiltIn } from '../ui/built-in.tsx';
import { agoColumn, timeColumn } from '../ui/data-list/columns.tsx';
import type { Column } from '../ui/data-list/list-definition.ts';

interface Kept {
  readonly name: string;
  readonly origin: 'builtIn' | 'personal';
}

/** The name of what is built in or made by people, with a badge for the former and whatever `marks` adds. */
export function nameColumn<Row extends Kept>(
  width: string,
  marks: (row: Row) => ReactNode = () => null,
): Column<Row> {
  return {
    id: 'name',
    header: 'Name',
    sort: { by: 'name' },
    width,
    cell: (row) => (
      <span className="named">
        <span className="clip">{row.name}</span>
        {row.origin === 'builtIn' && <BuiltIn />}
        {marks(row)}
      </span>
    ),
    text: ({ name }) => name,
  };
}

interface Saved {
  readonly updatedAt: string;
}

/** How long ago something was saved; sorts by it. */
export const changedColumn: Column<Saved> = agoColumn({
  id: 'updated',
  header: 'Changed',
  sort: { by: 'updatedAt', first: 'down' },
  width: '7rem',
  at: ({ updatedAt }) => updatedAt,
});

/** When something was saved last. */
export const savedColumn: Column<Saved> = timeColumn({
  id: 'saved',
  header: 'Saved',
  width: '9rem',
  at: ({ updatedAt }) => updatedAt,
});
