import type { Queryable } from '../queryable.ts';

/** What is under way now, with a version that grows whenever something happens to it. */
export interface ChangingThings {
  /** Runs that have started and not finished. */
  readonly runs: readonly { readonly id: number; readonly cycle: number; readonly version: number }[];
  /**
   * Cycles that have not finished, and the newest ones, which may have been opened again and finished meanwhile. A cycle that
   * halts or opens a wave has another version, whatever its runs do.
   */
  readonly cycles: readonly { readonly id: number; readonly version: string }[];
  /** The ids of endpoints that are connected. */
  readonly endpoints: readonly string[];
  /** Endpoints of which a health check says that they are unhealthy (L-27). */
  readonly unhealthy: readonly { readonly id: string; readonly version: string }[];
  /** Flows of Interactive Reboot that are not over. */
  readonly reboots: readonly {
    readonly id: string;
    readonly endpoint: string;
    readonly version: number;
  }[];
  /** The newest entry of Logs & Alerts; 0 without any. */
  readonly newestLogEntry: number;
}

const newestCycles = 50;

/** Reads what is under way. */
export async function readChanging(db: Queryable): Promise<ChangingThings> {
  const { rows } = await db.query<ChangingThings>(
    `select
       (select coalesce(json_agg(json_build_object('id', id, 'cycle', cycle, 'version', seq)), '[]')
        from runs where status in ('running', 'retrying', 'returning') or status = 'awaitingUser') as runs,
       (select coalesce(json_agg(json_build_object('id', id,
          'version', concat(seq, ' ', finished_at))), '[]')
        from cycles where finished_at is null or id > (select max(id) - $1 from cycles)) as cycles,
       (select coalesce(json_agg(endpoint), '[]') from connections) as endpoints,
       (select coalesce(json_agg(json_build_object('id', endpoint, 'version', since)), '[]')
        from (select endpoint, string_agg(since::text, ' ' order by task) as since from endpoint_health
              where not healthy group by endpoint) as ill) as unhealthy,
       (select coalesce(json_agg(json_build_object('id', id, 'endpoint', endpoint, 'version', events)), '[]')
        from reboot_flows where ended_at is null and rebooted_at is null and status <> 'new') as reboots,
       (select coalesce(max(id), 0) from log_entries) as "newestLogEntry"`,
    [newestCycles],
  );
  return rows[0] ?? { runs: [], cycles: [], endpoints: [], unhealthy: [], reboots: [], newestLogEntry: 0 };
}
