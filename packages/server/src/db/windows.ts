import type { Page } from '@patchbay/contracts/page';
import type { WindowInput } from '@patchbay/contracts/window';
import type { MaintenanceWindow } from '@patchbay/domain/schedule/maintenance-window';
import { storing } from './conflict.ts';
import { isUuid, type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import type { Saved, StoredThing } from './stored-thing.ts';
import { Where } from './where.ts';

/** A maintenance window (P-06). */
export interface StoredWindow extends Omit<StoredThing, 'origin'>, MaintenanceWindow {
  /** A selector. */
  readonly endpoints: string;
  readonly blackouts: WindowInput['blackouts'];
}

const select = `select w.id, w.name, w.description, w.endpoints, w.recurrence,
    w.duration_minutes as "durationMinutes", w.blackouts, w.version, w.created_at as "createdAt",
    w.created_by as "createdBy", w.updated_at as "updatedAt", w.updated_by as "updatedBy"
  from windows w`;

/** Lists windows by name; `ids`: only these. */
export async function listWindows(
  db: Queryable,
  filter: { readonly search?: string | undefined; readonly ids?: readonly string[] | undefined },
  page: PageRequest,
): Promise<Page<StoredWindow>> {
  const where = new Where()
    .and('position(lower(?) in lower(w.name)) > 0', filter.search)
    .and('w.id = any (?::uuid[])', filter.ids);
  const sort = [{ sql: 'lower(w.name)', type: 'text' }] as const;
  return pageOf<StoredWindow, StoredWindow>(db, { select, where, sort, item: (row) => row }, page);
}

/** The window of this name or id; `lock` keeps it from changing until the commit. */
export async function findWindow(
  db: Queryable,
  reference: string,
  lock: 'lock' | 'read' = 'read',
): Promise<StoredWindow | null> {
  const { rows } = await db.query<StoredWindow>(
    `${select} where ${isUuid(reference) ? 'w.id = $1' : 'lower(w.name) = lower($1)'}
     ${lock === 'lock' ? 'for update of w' : ''}`,
    [reference],
  );
  return rows[0] ?? null;
}

/** All windows. */
export async function allWindows(db: Queryable): Promise<StoredWindow[]> {
  const { rows } = await db.query<StoredWindow>(select);
  return rows;
}

/** Adds a window and returns its id; throws NAME_TAKEN. */
export async function insertWindow(tx: Transaction, window: WindowInput, saved: Saved): Promise<string> {
  const { rows } = await storing('window', window.name, () =>
    tx.query<{ id: string }>(
      `insert into windows (name, description, endpoints, recurrence, duration_minutes, blackouts,
         created_at, created_by, updated_at, updated_by)
       values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $7, $8) returning id`,
      [...columnsOf(window), saved.at, saved.by],
    ),
  );
  return String(rows[0]?.id);
}

/** Replaces a window; throws NAME_TAKEN. */
export async function updateWindow(
  tx: Transaction,
  id: string,
  window: WindowInput,
  saved: Saved,
): Promise<void> {
  await storing('window', window.name, () =>
    tx.query(
      `update windows set name = $1, description = $2, endpoints = $3, recurrence = $4, duration_minutes = $5,
         blackouts = $6::jsonb, version = version + 1, updated_at = $7, updated_by = $8
       where id = $9`,
      [...columnsOf(window), saved.at, saved.by, id],
    ),
  );
}

/** The open cycles of which endpoints are to be worked on in a window and have not finished. */
export async function cyclesInWindow(
  db: Queryable,
  id: string,
): Promise<{ readonly id: number; readonly plan: string }[]> {
  const { rows } = await db.query<{ id: number; plan: string }>(
    `select c.id, c.plan_name as plan from cycles c join cycle_timetables t on t.cycle = c.id
     where c.state is not null and c.finished_at is null and $1 = any (t.windows)
       and exists (
         select from runs r where r.cycle = c.id and r.timetable = t.number and r.status <> 'finished'
       )
     order by c.id`,
    [id],
  );
  return rows;
}

/** Deletes a window. */
export async function deleteWindow(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from windows where id = $1', [id]);
}

function columnsOf({ name, description, endpoints, recurrence, durationMinutes, blackouts }: WindowInput) {
  return [name, description, endpoints, recurrence, durationMinutes, JSON.stringify(blackouts)];
}
