import type { EnrolRequest } from '@patchbay/contracts/agent-protocol';
import type {
  ApplicablePatch,
  Inventory,
  LocalPolicy,
  ReadinessCheck,
  RebootNeed,
} from '@patchbay/contracts/inventory';
import type pg from 'pg';
import { storing } from './conflict.ts';
import type { Transaction } from './pool.ts';

/** An endpoint that is to be added (E-01). */
export type EndpointToAdd = { readonly id: string } & Pick<
  EnrolRequest,
  'name' | 'publicKey' | 'tags' | 'inventory' | 'policy'
>;

/**
 * Adds an endpoint; false when another one has, or had, the same key.
 *
 * @throws PatchbayError NAME_TAKEN
 */
export async function insertEndpoint(tx: Transaction, endpoint: EndpointToAdd): Promise<boolean> {
  const { id, name, publicKey, tags, inventory, policy } = endpoint;
  const { rowCount } = await storing('endpoint', name, () =>
    tx.query(
      `insert into endpoints (id, name, public_key, os, inventory, policy, tags, agent_version)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (public_key) do nothing`,
      [id, name, publicKey, inventory.os, inventory, policy, tags, inventory.agentVersion],
    ),
  );
  return rowCount === 1;
}

/** What sign-in is checked against (S-04); null for an endpoint that was never enrolled. */
export async function findForSignIn(
  db: pg.Pool | Transaction,
  id: string,
): Promise<{ publicKey: string; revoked: boolean } | null> {
  const { rows } = await db.query<{ publicKey: string; revoked: boolean }>(
    `select public_key as "publicKey", revoked_at is not null as revoked from endpoints where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Keeps what the agent said of itself at sign-in; tells whether a scan was asked for that has not come yet.
 * Null when the endpoint is revoked.
 */
export async function saveSignIn(
  db: pg.Pool | Transaction,
  id: string,
  said: { readonly policy: LocalPolicy; readonly agentVersion: string },
): Promise<{ scanWanted: boolean } | null> {
  const { rows } = await db.query<{ scanWanted: boolean }>(
    `update endpoints set policy = $2, agent_version = $3 where id = $1 and revoked_at is null
     returning scan_requested_at is not null
       and (scanned_at is null or scanned_at < scan_requested_at) as "scanWanted"`,
    [id, said.policy, said.agentVersion],
  );
  return rows[0] ?? null;
}

/** Replaces what is known of the endpoint itself (E-02, E-06, E-10). */
export async function saveInventory(
  db: pg.Pool | Transaction,
  id: string,
  known: {
    readonly inventory: Inventory;
    readonly readiness: readonly ReadinessCheck[];
    readonly reboot: RebootNeed;
  },
): Promise<void> {
  await db.query(
    `update endpoints set inventory = $2, os = $3, readiness = $4::jsonb, reboot = $5 where id = $1`,
    [id, known.inventory, known.inventory.os, JSON.stringify(known.readiness), known.reboot],
  );
}

/** Replaces the endpoint's applicable patches by those of a complete scan (E-03); unchanged rows stay untouched. */
export async function savePatches(
  tx: Transaction,
  id: string,
  patches: readonly ApplicablePatch[],
  now: number,
): Promise<void> {
  const found = JSON.stringify(patches.map((patch) => ({ id: patch.id, patch })));
  await tx.query(
    `delete from endpoint_patches where endpoint = $1
       and id not in (select id from jsonb_to_recordset($2::jsonb) as found (id text))`,
    [id, found],
  );
  await tx.query(
    `insert into endpoint_patches as known (endpoint, id, patch)
     select distinct on (id) $1::uuid, id, patch from jsonb_to_recordset($2::jsonb) as found (id text, patch jsonb)
     on conflict (endpoint, id) do update set patch = excluded.patch where known.patch <> excluded.patch`,
    [id, found],
  );
  await tx.query(
    `insert into known_patches (id, first_seen_at)
     select distinct id, $2::timestamptz from jsonb_to_recordset($1::jsonb) as found (id text)
     where not exists (select from known_patches known where known.id = found.id)
     on conflict do nothing`,
    [found, new Date(now)],
  );
  await tx.query(`update endpoints set scanned_at = $2, scan_problem = null where id = $1`, [
    id,
    new Date(now),
  ]);
}

/** Keeps why a scan failed; the patches known before stay. */
export async function saveScanProblem(
  db: pg.Pool | Transaction,
  id: string,
  problem: string,
  now: number,
): Promise<void> {
  await db.query(`update endpoints set scanned_at = $2, scan_problem = $3 where id = $1`, [
    id,
    new Date(now),
    problem,
  ]);
}

/**
 * Revokes the endpoint for good (S-04); false when there is none that is not revoked already. After the commit
 * its session is to be closed and the engine to be woken.
 */
export async function revokeEndpoint(db: pg.Pool | Transaction, id: string, now: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update endpoints set revoked_at = $2 where id = $1 and revoked_at is null`,
    [id, new Date(now)],
  );
  return rowCount === 1;
}
