import { type Shown, Status } from '../status-mark.tsx';
import { Ago, Took, When } from '../time.tsx';
import type { Column } from './list-definition.ts';

/** All of a column but what it shows. */
type Head<Row> = Omit<Column<Row>, 'cell' | 'text'>;

type Instant<Row> = Head<Row> & {
  readonly at: (row: Row) => string | null;
  /** What is shown where there is none; it may depend on the row. */
  readonly none?: string | ((row: Row) => string);
};

/** When something was or will be. */
export function timeColumn<Row>({ at, none = '–', ...head }: Instant<Row>): Column<Row> {
  return {
    ...head,
    cell: (row) => <When at={at(row)} none={noneOf(none, row)} />,
    text: (row) => at(row) ?? '',
  };
}

/** How long ago something was; goes on by itself. */
export function agoColumn<Row>({ at, none = '–', ...head }: Instant<Row>): Column<Row> {
  return {
    ...head,
    cell: (row) => <Ago at={at(row)} none={noneOf(none, row)} />,
    text: (row) => at(row) ?? '',
  };
}

function noneOf<Row>(none: string | ((row: Row) => string), row: Row): string {
  return typeof none === 'string' ? none : none(row);
}

/** How long something takes or took; as text in seconds, once it has ended. */
export function tookColumn<Row>(
  width: string,
  span: (row: Row) => { readonly from: string | null; readonly to: string | null },
): Column<Row> {
  return {
    id: 'took',
    header: 'Took',
    width,
    align: 'end',
    cell: (row) => <Took {...span(row)} />,
    text: (row) => {
      const { from, to } = span(row);
      return from === null || to === null ? '' : String((Date.parse(to) - Date.parse(from)) / 1000);
    },
  };
}

/** How many there are of something. */
export function countColumn<Row>({
  count,
  ...head
}: Head<Row> & { readonly count: (row: Row) => number }): Column<Row> {
  return {
    ...head,
    align: 'end',
    cell: (row) => <span className="figures">{count(row).toLocaleString()}</span>,
    text: (row) => String(count(row)),
  };
}

/** What state something is in. */
export function statusColumn<Row>({
  shown,
  ...head
}: Head<Row> & { readonly shown: (row: Row) => Shown }): Column<Row> {
  return { ...head, cell: (row) => <Status shown={shown(row)} />, text: (row) => shown(row).label };
}
