import type pg from 'pg';
import type { Transaction } from './pool.ts';

/** An endpoint's agent that has connected. */
export interface NewConnection {
  readonly endpoint: string;
  readonly bootId: string;
}

/** Keeps that these endpoints are connected to the node, wherever they were before; revoked ones are left out. */
export async function saveConnections(
  db: pg.Pool,
  node: string,
  connections: readonly NewConnection[],
): Promise<void> {
  await db.query(
    `insert into connections (endpoint, node, connected_at, boot_id)
     select endpoints.id, $1, clock_timestamp(), new.boot_id
     from unnest($2::uuid[], $3::text[]) as new (endpoint, boot_id)
     join endpoints on endpoints.id = new.endpoint and endpoints.revoked_at is null
     order by endpoints.id
     on conflict (endpoint) do update
       set node = excluded.node, connected_at = excluded.connected_at, boot_id = excluded.boot_id`,
    [node, connections.map((one) => one.endpoint), connections.map((one) => one.bootId)],
  );
}

const remove = (which: string): string => `
with gone as (
  delete from connections where endpoint in (
    select endpoint from connections where ${which} order by endpoint for update
  ) returning endpoint
), seen as (
  update endpoints set seen_at = clock_timestamp() from gone where endpoints.id = gone.endpoint
)
select endpoint from gone`;

/** Removes connections that have ended, unless they are of another node by now. Returns the endpoints that are gone. */
export async function removeConnections(
  db: pg.Pool,
  node: string,
  endpoints: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ endpoint: string }>(remove('node = $1 and endpoint = any($2::uuid[])'), [
    node,
    endpoints,
  ]);
  return rows.map((row) => row.endpoint);
}

/** Removes the connections to nodes that are dead or have been started anew since. Returns the endpoints that are gone. */
export async function removeStaleConnections(db: pg.Pool, deadAfterMs: number): Promise<string[]> {
  const { rows } = await db.query<{ endpoint: string }>(
    remove(`not exists (
      select from nodes where nodes.id = connections.node and nodes.started_at <= connections.connected_at
        and nodes.seen_at > clock_timestamp() - $1 * interval '1 millisecond'
    )`),
    [deadAfterMs],
  );
  return rows.map((row) => row.endpoint);
}

/** The boot ids of those endpoints that are connected; they cannot be removed before the transaction ends. */
export async function holdConnections(
  tx: Transaction,
  endpoints: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<NewConnection>({
    name: 'hold-connections',
    text: `select endpoint, boot_id as "bootId" from connections
           where endpoint = any($1::uuid[]) order by endpoint for key share`,
    values: [endpoints],
  });
  return new Map(rows.map((row) => [row.endpoint, row.bootId]));
}

/** Which of these endpoints are not kept as connected to the node (any more). */
export async function notConnectedTo(
  db: pg.Pool,
  node: string,
  endpoints: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ endpoint: string }>(
    `select endpoint from unnest($2::uuid[]) as mine (endpoint)
     where not exists (
       select from connections where connections.endpoint = mine.endpoint and connections.node = $1
     )`,
    [node, endpoints],
  );
  return rows.map((row) => row.endpoint);
}
