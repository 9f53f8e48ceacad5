import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Query } from '../../api/client.ts';

/** One column of a list. */
export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** A track of a CSS grid, such as `minmax(12rem, 2fr)`. */
  readonly width: string;
  /**
   * What is shown; the text, when nothing else is said. `tabIndex` is for what can be used within the cell: only the
   * current row's is reached with Tab.
   */
  readonly cell?: (row: Row, within: { readonly tabIndex: 0 | -1 }) => ReactNode;
  /** As plain text, for CSV, too. */
  readonly text: (row: Row) => string;
  /** What the API calls it when it sorts by it; `first` is the order that one press of the header gives. */
  readonly sort?: { readonly by: string; readonly first?: 'up' | 'down' };
  /** Shown only when somebody asks for it. */
  readonly optional?: true;
  readonly align?: 'end';
}

/** Something to filter by; its choice goes into the address and to the API under its id. */
export interface Facet {
  readonly id: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** Something that can be done to one row. */
export interface RowAction {
  readonly label: string;
  readonly icon: Icon;
  /** Why not; null: it can be done. */
  readonly refusal?: string | null;
  readonly onClick: () => void;
}

/** A list: where its rows come from, how they look, what can be done. */
export interface ListDefinition<Row> {
  /** What is listed, in the plural, such as `endpoints`. */
  readonly things: string;
  /** The first part of its cache key. */
  readonly noun: string;
  readonly path: string;
  /** What is always asked for. */
  readonly query?: Query;
  readonly columns: readonly Column<Row>[];
  readonly facets?: readonly Facet[];
  /** How it is sorted until somebody chooses, such as `name` or, backwards, `-startedAt`. */
  readonly sorted?: string;
  /** Set when the API can search; what it looks into. */
  readonly searchIn?: string;
  /** Where the API gives the whole list as CSV, with the same filters; without it what is shown is saved. */
  readonly exportPath?: string;
  readonly rowId: (row: Row) => string;
  /** The row's own page; undefined: it has none. */
  readonly rowPath?: (row: Row) => string | undefined;
  readonly rowActions?: (row: Row) => readonly RowAction[];
  /** What stands there when nothing is listed and nothing filtered. */
  readonly empty: ReactNode;
}
