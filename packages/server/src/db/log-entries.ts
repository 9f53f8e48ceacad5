import type { LogEntryView } from '@patchbay/contracts/log';
import type { Page } from '@patchbay/contracts/page';
import { activityId } from '@patchbay/domain/activity/activity-id';
import type { LogCategory, LogEntry, LogLevel } from '@patchbay/domain/log/log-entry';
import { type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { Where } from './where.ts';

/** Adds entries to Logs & Alerts, in the transaction of what they tell of (O-04). */
export async function insertLogEntries(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `insert into log_entries (at, level, category, endpoint, actor, message, run, step, attempt, flow)
     select to_timestamp(at / 1000), level, category, endpoint, actor, message, run, step, attempt, flow
     from unnest($1::float8[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::bigint[], $8::text[],
       $9::integer[], $10::text[]) with ordinality
       as new (at, level, category, endpoint, actor, message, run, step, attempt, flow, place)
     order by place`,
    [
      entries.map(({ at }) => at),
      entries.map(({ level }) => level),
      entries.map(({ category }) => category),
      entries.map(({ endpoint }) => endpoint),
      entries.map(({ actor }) => actor),
      entries.map(({ message }) => message),
      entries.map(({ run }) => run),
      entries.map(({ activity }) => activity?.step ?? null),
      entries.map(({ activity }) => activity?.attempt ?? null),
      entries.map(({ flow }) => flow),
    ],
  );
}

/** Which entries a list shows. */
export interface LogFilter {
  readonly level?: LogLevel | undefined;
  readonly category?: LogCategory | undefined;
  /** The id of an endpoint. */
  readonly endpoint?: string | undefined;
  readonly search?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly after?: number | undefined;
}

interface LogRow {
  readonly id: number;
  readonly at: Date;
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly endpointId: string | null;
  readonly endpointName: string | null;
  readonly actor: string;
  readonly message: string;
  readonly run: number | null;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly flow: string | null;
}

function toView({ id, at, level, category, actor, message, flow, ...row }: LogRow): LogEntryView {
  const { run, step, attempt, endpointId, endpointName } = row;
  return {
    id,
    at: at.toISOString(),
    level,
    category,
    endpoint: endpointName === null ? null : { id: endpointId, name: endpointName },
    actor,
    message,
    run,
    activity: run === null || step === null || attempt === null ? null : activityId({ run, step, attempt }),
    reboot: flow,
  };
}

/** Lists Logs & Alerts, the latest first (O-04). */
export async function listLogEntries(
  db: Queryable,
  filter: LogFilter,
  page: PageRequest,
): Promise<Page<LogEntryView>> {
  const words = wordsOf(filter.search);
  // Words without letters or digits are found nowhere.
  if (words === '') return { items: [], nextCursor: null };
  const found = words === undefined ? null : await entriesWith(db, words);
  const where = new Where()
    .and('l.level = ?', filter.level)
    .and('l.category = ?', filter.category)
    .and('l.endpoint = ?', filter.endpoint)
    .and('l.id = any(?::bigint[])', found ?? undefined)
    .and(`${hasWords('l')} to_tsquery('pg_catalog.simple', ?)`, found === null ? words : undefined)
    .and('l.at >= ?', filter.from)
    .and('l.at < ?', filter.until)
    .and('l.id > ?', filter.after);
  const select = `select l.id, l.at, l.level, l.category, l.endpoint as "endpointId", e.name as "endpointName", l.actor,
    l.message, l.run, l.step, l.attempt, l.flow from log_entries l left join endpoints e on e.id = l.endpoint`;
  const sort = [
    { sql: 'l.at', type: 'timestamptz' },
    { sql: 'l.id', type: 'bigint' },
  ] as const;
  return pageOf<LogRow, LogEntryView>(db, { select, where, sort, descending: true, item: toView }, page);
}

const hasWords = (table: string): string => `search_words(${table}.message) @@`;
const mostFound = 10_000;

/**
 * The entries with rare words; null for words that are so frequent that they are sooner found by looking through the
 * latest entries. PostgreSQL guesses wrong which of the two it is, and then looks for half a minute.
 */
async function entriesWith(db: Queryable, words: string): Promise<number[] | null> {
  const { rows } = await db.query<{ id: number }>(
    `select w.id from log_entries w where ${hasWords('w')} to_tsquery('pg_catalog.simple', $1) limit $2`,
    [words, mostFound + 1],
  );
  return rows.length > mostFound ? null : rows.map(({ id }) => id);
}

/** A search as PostgreSQL's query of word beginnings; undefined without one, empty when nothing can be found. */
function wordsOf(search: string | undefined): string | undefined {
  if (search === undefined || search.trim() === '') return undefined;
  const words = search.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.map((word) => `${word}:*`).join(' & ');
}

/** Forgets the oldest entries from before this moment, at most so many; tells how many these were. */
export async function forgetLogEntries(tx: Transaction, before: Date, most: number): Promise<number> {
  const { rowCount } = await tx.query(
    `delete from log_entries where id in (select id from log_entries where at < $1 order by at limit $2)`,
    [before, most],
  );
  return rowCount ?? 0;
}
