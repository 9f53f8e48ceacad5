import type { Transaction } from './pool.ts';

/** What a health check said of an endpoint (L-27); `at` in epoch milliseconds. */
export interface HealthResult {
  readonly endpoint: string;
  /** The id of the task. */
  readonly task: string;
  readonly healthy: boolean;
  readonly reason: string;
  readonly run: number;
  readonly at: number;
}

/** Keeps the latest result of each endpoint and health check. */
export async function saveHealth(tx: Transaction, results: readonly HealthResult[]): Promise<void> {
  const latest = new Map(results.map((result) => [`${result.endpoint} ${result.task}`, result]));
  // In one order everywhere, so that no two nodes wait for each other.
  const rows = [...latest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
  await tx.query({
    name: 'save-health',
    text: `insert into endpoint_health as known (endpoint, task, healthy, reason, run, since, checked_at)
           select endpoint, task, healthy, reason, run, at, at
           from unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::text[], $5::bigint[], $6::timestamptz[])
             as new (endpoint, task, healthy, reason, run, at)
           on conflict (endpoint, task) do update set healthy = excluded.healthy, reason = excluded.reason,
             run = excluded.run, checked_at = excluded.checked_at,
             since = case when known.healthy = excluded.healthy then known.since else excluded.since end
           where known.checked_at <= excluded.checked_at`,
    values: [
      rows.map((row) => row.endpoint),
      rows.map((row) => row.task),
      rows.map((row) => row.healthy),
      rows.map((row) => row.reason),
      rows.map((row) => row.run),
      rows.map((row) => new Date(row.at)),
    ],
  });
}
