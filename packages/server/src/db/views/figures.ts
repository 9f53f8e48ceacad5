import type { Queryable } from '../queryable.ts';

/** What is counted in the database for `/metrics` (O-08). */
export interface Figures {
  /** Endpoints with a connection to any node. */
  readonly connected: number;
  /** Runs that have not finished, by status; a status that no run has is left out. */
  readonly runs: readonly { readonly status: string; readonly count: number }[];
}

/** Counts what is under way; finished runs are left out, as there are ever more of them. */
export async function countNow(db: Queryable): Promise<Figures> {
  const { rows } = await db.query<Figures>(
    `select (select count(*)::int from connections) as connected,
       coalesce((
         select json_agg(json_build_object('status', status, 'count', count)) from (
           select status, count(*)::int from runs where status not in ('queued', 'finished') group by status
           union all
           select 'queued', count(*)::int from runs where status = 'queued'
         ) as under_way
       ), '[]') as runs`,
  );
  return rows[0] ?? { connected: 0, runs: [] };
}
