import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Column, Facet } from './list-definition.ts';

/** What of a list stands in its address: it can be sent to somebody and shows the same there (O-10). */
export interface ListAddress {
  readonly search: string;
  /** What the list is sorted by, as the API says it; empty: as it comes. */
  readonly sort: string;
  readonly chosen: Readonly<Record<string, string>>;
  readonly dense: boolean;
  readonly shownColumns: ReadonlySet<string>;
  readonly isFiltered: boolean;
  /** Sets or, with an empty value, removes parts of the address. */
  readonly change: (parts: Readonly<Record<string, string>>) => void;
}

type Search = Readonly<Record<string, string | undefined>>;

/** Reads a list's address, and changes it. */
export function useListAddress<Row>(
  columns: readonly Column<Row>[],
  facets: readonly Facet[] | undefined,
): ListAddress {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (parts: Readonly<Record<string, string>>) => {
      void navigate({
        to: '.',
        replace: true,
        search: (before: Search) => ({ ...before, ...parts }),
      });
    },
    [navigate],
  );
  return useMemo(() => {
    const chosen = Object.fromEntries(
      (facets ?? []).flatMap(({ id, options }) => {
        const value = search[id];
        return options.some((option) => option.value === value) ? [[id, value as string]] : [];
      }),
    );
    const asked = search['columns']?.split(',');
    const shown = columns.filter(({ id, optional }) => (asked ? asked.includes(id) : optional !== true));
    return {
      search: search['search'] ?? '',
      sort: sortOf(columns, search['sort']),
      chosen,
      dense: search['density'] === 'dense',
      shownColumns: new Set((shown.length > 0 ? shown : columns.slice(0, 1)).map(({ id }) => id)),
      isFiltered: (search['search'] ?? '') !== '' || Object.keys(chosen).length > 0,
      change,
    };
  }, [columns, facets, search, change]);
}

function sortOf<Row>(columns: readonly Column<Row>[], asked: string | undefined): string {
  return columns.some(({ sort }) => sort !== undefined && asked?.replace(/^-/, '') === sort.by)
    ? (asked ?? '')
    : '';
}

/** The address's part for the columns that are shown; empty when they are those that are shown anyway. */
export function columnsPart<Row>(columns: readonly Column<Row>[], shown: ReadonlySet<string>): string {
  const usual = columns.every(({ id, optional }) => shown.has(id) === (optional !== true));
  return usual ? '' : columns.flatMap(({ id }) => (shown.has(id) ? [id] : [])).join(',');
}
