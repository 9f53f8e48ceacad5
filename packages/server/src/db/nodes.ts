import type pg from 'pg';

/** Announces a server process that begins (again) to serve. */
export async function registerNode(db: pg.Pool, node: string): Promise<void> {
  await db.query(
    `insert into nodes (id, started_at, seen_at) values ($1, clock_timestamp(), clock_timestamp())
     on conflict (id) do update set started_at = excluded.started_at, seen_at = excluded.seen_at`,
    [node],
  );
}

/** Gives a sign of life; false when the others have counted this node as dead and removed it. */
export async function touchNode(db: pg.Pool, node: string): Promise<boolean> {
  const { rowCount } = await db.query(`update nodes set seen_at = clock_timestamp() where id = $1`, [node]);
  return rowCount === 1;
}

/** Removes nodes that have given no sign of life for this long, and returns their number. */
export async function removeDeadNodes(db: pg.Pool, deadAfterMs: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from nodes where seen_at <= clock_timestamp() - $1 * interval '1 millisecond'`,
    [deadAfterMs],
  );
  return rowCount ?? 0;
}
