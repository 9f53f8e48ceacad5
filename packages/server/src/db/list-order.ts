import type { PagedQuery, SortKey } from './page-of.ts';

/** The order that a list is asked for: by one of its orders, backwards with `-` before the name. */
export function listOrder<Name extends string>(
  wanted: Name | `-${Name}`,
  orders: Readonly<Record<Name, readonly SortKey[]>>,
): Pick<PagedQuery<never, never>, 'sort' | 'descending'> {
  const descending = wanted.startsWith('-');
  return { sort: orders[(descending ? wanted.slice(1) : wanted) as Name], descending };
}

/** How lists of the library can be sorted. */
export type LibrarySort = 'name' | '-name' | 'updatedAt' | '-updatedAt';

/** The order of a list of the library, of the table with this alias; there is an index for each. */
export function libraryOrder(wanted: LibrarySort, alias: string): ReturnType<typeof listOrder> {
  return listOrder(wanted, {
    name: [{ sql: `lower(${alias}.name)`, type: 'text' }],
    updatedAt: [
      { sql: `${alias}.updated_at`, type: 'timestamptz' },
      { sql: `${alias}.id`, type: 'uuid' },
    ],
  });
}
