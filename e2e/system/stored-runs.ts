import type { RunDefinition } from '@patchbay/domain/run/definition';
import type { RunEvent } from '@patchbay/domain/run/event';
import type { RunState } from '@patchbay/domain/run/state';
import { startEmbeddedPostgres } from '@patchbay/server/db/embedded/embedded-postgres';
import { createPool } from '@patchbay/server/db/pool';
import { pino } from 'pino';

/** A run as the database of a stopped server holds it. */
export interface StoredRun {
  readonly id: number;
  readonly definition: RunDefinition;
  readonly state: RunState;
  readonly seq: number;
  readonly events: readonly {
    readonly seq: number;
    readonly event: RunEvent;
    readonly notes: readonly string[];
  }[];
  readonly activities: readonly {
    readonly step: string;
    readonly attempt: number;
    readonly status: string;
  }[];
}

/** Reads all runs from the data directory of a server that has stopped. */
export async function readStoredRuns(dataDirectory: string): Promise<StoredRun[]> {
  const log = pino({ level: 'error' });
  const postgres = await startEmbeddedPostgres({ dataDir: dataDirectory, log });
  const pool = createPool(postgres.connection, { max: 1, name: 'reader of runs', log });
  try {
    const { rows } = await pool.query<StoredRun>(
      `select r.id, r.seq, r.state, s.definition,
         (select json_agg(json_build_object('seq', e.seq, 'event', e.event, 'notes', e.notes) order by e.seq)
          from run_events e where e.run = r.id) as events,
         (select json_agg(json_build_object('step', a.step, 'attempt', a.attempt, 'status', a.status)
                          order by a.created_at, a.attempt)
          from activities a where a.run = r.id) as activities
       from runs r join snapshots s on s.id = r.snapshot order by r.id`,
    );
    return rows;
  } finally {
    await pool.end();
    await postgres.stop();
  }
}
