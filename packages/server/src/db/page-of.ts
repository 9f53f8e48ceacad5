import { PatchbayError } from '@patchbay/contracts/errors';
import type { Page } from '@patchbay/contracts/page';
import type pg from 'pg';
import type { Queryable } from './queryable.ts';
import type { Where } from './where.ts';

/** Where a page begins and how long it is. */
export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A column that lists are sorted by; together the columns must be unique. */
export interface SortKey {
  readonly sql: string;
  readonly type: 'text' | 'uuid' | 'bigint' | 'timestamptz';
}

/** A query whose answer comes in pages. */
export interface PagedQuery<Row, Item> {
  /** `select … from …`, without `where` and what follows. */
  readonly select: string;
  readonly where: Where;
  readonly sort: readonly SortKey[];
  readonly descending?: boolean;
  readonly item: (row: Row) => Item;
}

/** Reads one page by its sort keys; the next one begins behind its last row, whatever was added meanwhile. */
export async function pageOf<Row extends pg.QueryResultRow, Item>(
  db: Queryable,
  { select, where, sort, descending = false, item }: PagedQuery<Row, Item>,
  { cursor, limit }: PageRequest,
): Promise<Page<Item>> {
  const columns = sort.map((key) => key.sql).join(', ');
  if (cursor !== undefined) {
    const behind = decodeCursor(cursor, sort).map(
      (value, index) => `${where.value(value)}::${sort[index]?.type}`,
    );
    where.andThat(`(${columns}) ${descending ? '<' : '>'} (${behind.join(', ')})`);
  }
  const order = sort.map((key) => `${key.sql} ${descending ? 'desc' : 'asc'}`).join(', ');
  const from = select.replace(/^\s*select\s/i, `select json_build_array(${columns}) as "sortKey", `);
  const sql = `${from} ${where.sql} order by ${order} limit ${where.value(limit + 1)}`;
  const { rows } = await db.query<Row & { sortKey: unknown[] }>(sql, where.values);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(item), nextCursor: last ? encodeCursor(last.sortKey) : null };
}

function encodeCursor(key: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

function decodeCursor(cursor: string, sort: readonly SortKey[]): unknown[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    key = undefined;
  }
  if (
    Array.isArray(key) &&
    key.length === sort.length &&
    sort.every(({ type }, index) => fits(key[index], type))
  ) {
    return key;
  }
  throw new PatchbayError('INVALID_INPUT', 'The cursor is not one of this list.', [
    { path: 'cursor', message: 'must be the nextCursor of the page before' },
  ]);
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// As PostgreSQL writes it in JSON, to the microsecond.
const instant =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?[+-]\d\d:\d\d$/;

/** Whether a text has the form of an id. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}

function fits(value: unknown, type: SortKey['type']): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
    case 'uuid':
      return typeof value === 'string' && isUuid(value);
    case 'bigint':
      return Number.isSafeInteger(value);
    case 'timestamptz':
      return typeof value === 'string' && instant.test(value);
  }
}
