import { randomUUID } from 'node:crypto';
import { insertApiToken } from '@patchbay/server/db/api-tokens';
import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import { createPool, withTransaction } from '@patchbay/server/db/pool';
import { createSealer, newSecretKey } from '@patchbay/server/db/secrets';
import { newToken } from '@patchbay/server/db/token-hash';
import { createEngine } from '@patchbay/server/engine/create-engine';
import { createApp } from '@patchbay/server/http/create-app';
import { createLiveEvents } from '@patchbay/server/http/live-events';
import type pg from 'pg';
import { type Logger, pino } from 'pino';

const sizes = { scripts: 2_000, tasks: 5_000, workflows: 500 };
const searches = 300;
/** Common, rare, and in no name at all. */
const texts = ['reboot', 'service 17', '0499', 'e', 'nowhere'];

/** Searches a large library by name over HTTP, one request after the other; the 95th percentile in milliseconds (L-21). */
export async function measureLibrarySearch(connection: PostgresConnection, log: Logger): Promise<number> {
  // As the API has it: without generic plans.
  const pool = createPool(connection, { max: 4, name: 'bench search', log });
  await fillLibrary(pool);
  const token = await addToken(pool);
  const engine = createEngine({ pool, node: randomUUID(), now: Date.now, log, dispatch: () => undefined });
  const liveEvents = createLiveEvents(pool, log);
  const sealer = createSealer(newSecretKey());
  const agents = { requestScan: () => false, revoke: () => undefined };
  const quiet = pino({ level: 'silent' });
  const app = await createApp({ pool, engine, agents, sealer, liveEvents, now: Date.now, log: quiet });
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const times: number[] = [];
    for (let count = 0; count < searches; count += 1) {
      const list = Object.keys(sizes)[count % 3];
      const text = texts[count % texts.length];
      const begin = performance.now();
      const answer = await fetch(`${url}/api/v1/${list}?search=${encodeURIComponent(text ?? '')}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { items } = (await answer.json()) as { items: unknown[] };
      times.push(performance.now() - begin);
      if (answer.status !== 200 || (text === 'e' && items.length !== 50)) {
        throw new Error(`${list} for "${text}": ${answer.status}, ${items?.length} items`);
      }
    }
    return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
  } finally {
    await app.close();
    await liveEvents.stop();
    await pool.end();
  }
}

async function addToken(pool: pg.Pool): Promise<string> {
  const token = newToken('patchbay_api');
  const made = { createdBy: 'bench', createdAt: new Date(), expiresAt: null };
  await withTransaction(pool, (tx) =>
    insertApiToken(tx, { name: `bench ${randomUUID()}`, role: 'viewer', token, ...made }),
  );
  return token;
}

/** Fills the library; nothing when that has been done. */
async function fillLibrary(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from tasks');
  if ((rows[0]?.count ?? 0) >= sizes.tasks) return;
  await withTransaction(pool, async (tx) => {
    const saved = "now(), 'bench', now(), 'bench'";
    const name =
      "(array['Restart service', 'Reboot', 'Check disk of', 'Drain'])[1 + i % 4] || ' ' || lpad(i::text, 4, '0')";
    await tx.query(
      `with made as (
         insert into scripts (name, description, category, origin, revision, created_at, created_by, updated_at, updated_by)
         select ${name}, repeat('What it is for. ', 10), 'General', 'personal', 1, ${saved}
         from generate_series(1, $1::int) i returning id
       )
       insert into script_revisions (script, revision, os, interpreter, content, parameters, author, note, created_at)
       select id, 1, '{linux}', 'sh', repeat('echo something' || chr(10), 200), '[]', 'bench', '', now() from made`,
      [sizes.scripts],
    );
    await tx.query(
      `insert into tasks (name, description, origin, os, script, parameters, secrets, success_exit_codes,
         timeout_minutes, retry_count, retry_delay_seconds, category, reboots, safe_to_repeat, safe_in_rehearsal,
         created_at, created_by, updated_at, updated_by)
       select ${name}, repeat('What it is for. ', 10), 'personal', 'linux', s.id, '{}', '{}', '{0}', 30, 0, 60,
         'General', false, false, false, ${saved}
       from generate_series(1, $1::int) i
       join (select id, row_number() over (order by id) as n, count(*) over () as all from scripts) s on s.n = 1 + i % s.all`,
      [sizes.tasks],
    );
    await tx.query(
      `with made as (
         insert into workflows (name, description, origin, os, control, steps, created_at, created_by, updated_at, updated_by)
         select ${name}, '', 'personal', 'linux', '{}', '{"prePatching": [], "postPatching": [], "afterReboot": []}', ${saved}
         from generate_series(1, $1::int) i returning id
       )
       insert into workflow_tasks (workflow, task)
       select made.id, t.id from made cross join lateral (select id from tasks order by id limit 5) t`,
      [sizes.workflows],
    );
  });
  await pool.query('analyze');
}
