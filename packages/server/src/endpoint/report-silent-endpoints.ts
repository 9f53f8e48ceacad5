import { silentEntry } from '@patchbay/domain/log/endpoint-entries';
import type pg from 'pg';
import { insertLogEntries } from '../db/log-entries.ts';
import { withTransaction } from '../db/pool.ts';
import { readSettings } from '../db/settings.ts';
import { takeSilentEndpoints } from '../db/silent-endpoints.ts';

const hourMs = 3_600_000;

/** Tells Logs & Alerts of endpoints that have been silent for as long as the settings allow (O-04). */
export async function reportSilentEndpoints(pool: pg.Pool, now: number): Promise<void> {
  await withTransaction(pool, async (tx) => {
    const { 'endpoint.silentHours': hours } = await readSettings(tx);
    const silent = await takeSilentEndpoints(tx, new Date(now - hours * hourMs), new Date(now));
    await insertLogEntries(
      tx,
      silent.map((news) => silentEntry(news, hours)),
    );
  });
}
