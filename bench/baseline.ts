import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import { createPool } from '@patchbay/server/db/pool';
import type { BaseLogger } from 'pino';

const connections = 8;
const rowCount = 10_000;

/** One-row update transactions, each durable by itself, on eight connections; transactions per second. */
export async function measureBaseline(
  database: PostgresConnection,
  log: BaseLogger,
  seconds: number,
): Promise<number> {
  const pool = createPool(database, { max: connections, name: 'bench baseline', log, genericPlans: true });
  try {
    await pool.query('create table baseline (id integer primary key, value integer not null)');
    await pool.query(`insert into baseline select id, 0 from generate_series(1, ${rowCount}) as id`);
    const begin = performance.now();
    const counts = await Promise.all(
      Array.from({ length: connections }, async () => {
        let count = 0;
        for (; performance.now() - begin < seconds * 1000; count += 1) {
          const id = 1 + Math.floor(Math.random() * rowCount);
          await pool.query({
            name: 'baseline',
            text: 'update baseline set value = value + 1 where id = $1',
            values: [id],
          });
        }
        return count;
      }),
    );
    const updates = counts.reduce((sum, count) => sum + count, 0);
    const { rows } = await pool.query<{ sum: number }>('select sum(value) as sum from baseline');
    if (rows[0]?.sum !== updates) throw new Error(`${rows[0]?.sum} updates stored instead of ${updates}`);
    return updates / ((performance.now() - begin) / 1000);
  } finally {
    await pool.query('drop table if exists baseline');
    await pool.end();
  }
}
