import type { AuditEntry } from '@patchbay/contracts/audit';
import type { Page } from '@patchbay/contracts/page';
import { type PageRequest, pageOf } from './page-of.ts';
import type { Transaction } from './pool.ts';
import type { Queryable } from './queryable.ts';
import { Where } from './where.ts';

/** Something that somebody did (O-09). */
export interface AuditedDeed {
  readonly actor: string;
  /** What was done, as `noun.verb`. */
  readonly action: string;
  /** What it was done to. */
  readonly object: { readonly kind: string; readonly id: string; readonly name: string | null };
  /** Further particulars; never a secret. */
  readonly details?: Readonly<Record<string, string>>;
  /** null: the server itself. */
  readonly address: string | null;
  readonly correlationId: string | null;
  readonly at: Date;
}

/** Adds an entry to the audit, in the transaction of the deed itself. */
export async function insertAudit(tx: Transaction, deed: AuditedDeed): Promise<void> {
  const { actor, action, object, details = {}, address, correlationId, at } = deed;
  const detail = object.name === null ? details : { ...details, name: object.name };
  await tx.query(
    `insert into audit (at, actor, action, object_kind, object_id, detail, address, correlation_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [at, actor, action, object.kind, object.id, detail, address, correlationId],
  );
}

interface AuditRow extends Omit<AuditEntry, 'at'> {
  readonly at: Date;
}

/** Which entries a list shows. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly object?: string | undefined;
}

/** Lists the audit, newest first. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> {
  const where = new Where()
    .and('actor = ?', filter.actor)
    .and('action = ?', filter.action)
    .and(`object_id = ? or detail->>'name' = ?`, filter.object);
  const select = `select id, at, actor, action, object_kind as "objectKind", object_id as "objectId", detail as details,
    address, correlation_id as "correlationId" from audit`;
  const sort = [{ sql: 'id', type: 'bigint' }] as const;
  const item = (row: AuditRow): AuditEntry => ({
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    objectKind: row.objectKind,
    objectId: row.objectId,
    details: row.details,
    address: row.address,
    correlationId: row.correlationId,
  });
  return pageOf(db, { select, where, sort, descending: true, item }, page);
}
