import type { GroupRule } from '@patchbay/domain/group/rule';
import { timetables } from '@patchbay/domain/schedule/timetable';
import type { PostgresConnection } from '@patchbay/server/db/embedded/embedded-postgres';
import { countMembers } from '@patchbay/server/db/groups';
import type { Transaction } from '@patchbay/server/db/pool';
import { createPool } from '@patchbay/server/db/pool';
import { endpointWindows } from '@patchbay/server/db/views/endpoint-windows';
import { allWindows } from '@patchbay/server/db/windows';
import type { Logger } from 'pino';

const groups = 50;
const yearMs = 366 * 24 * 60 * 60 * 1000;

/** Counts the members of 50 groups among so many endpoints (E-13); milliseconds. */
export function measureGroupCounts(
  connection: PostgresConnection,
  log: Logger,
  endpoints: number,
): Promise<number> {
  return withFleet(connection, log, endpoints, (tx) => countMembers(tx, rules));
}

/** Works out when each of so many endpoints may be worked on within a year, by 50 windows for groups (P-06); milliseconds. */
export function measureTimetables(
  connection: PostgresConnection,
  log: Logger,
  endpoints: number,
): Promise<number> {
  return withFleet(connection, log, endpoints, async (tx) => {
    const windows = await allWindows(tx);
    const from = Date.parse('2026-06-01T00:00:00Z');
    const timetableOf = timetables(
      new Map(windows.map((window) => [window.id, window])),
      from,
      from + yearMs,
    );
    for (const { windows: ids } of await endpointWindows(tx, windows)) timetableOf(ids);
  });
}

const rules = Array.from({ length: groups }, (_, number): GroupRule => {
  const name = { fact: 'name', is: 'like', value: `host-${number}*` } as const;
  const site = {
    fact: 'tag.site',
    is: 'oneOf',
    values: [`s${number % 20}`, `s${(number + 1) % 20}`],
  } as const;
  const version = { fact: 'osVersion', is: 'atLeast', value: '12.5' } as const;
  const network = { fact: 'address', is: 'within', value: `10.${number % 8}.0.0/16` } as const;
  const linux = { fact: 'os', is: 'equal', value: 'linux' } as const;
  const choices: readonly GroupRule[] = [
    name,
    { is: 'all', of: [linux, site] },
    { is: 'none', of: [name, version] },
    network,
  ];
  return choices[number % choices.length] ?? linux;
});

async function withFleet(
  connection: PostgresConnection,
  log: Logger,
  endpoints: number,
  work: (tx: Transaction) => Promise<unknown>,
): Promise<number> {
  // As the API has it: without generic plans.
  const pool = createPool(connection, { max: 1, name: 'bench groups', log });
  const tx = await pool.connect();
  try {
    await tx.query('begin');
    await fill(tx, endpoints);
    await work(tx);
    const begin = performance.now();
    await work(tx);
    return performance.now() - begin;
  } finally {
    await tx.query('rollback');
    tx.release();
    await pool.end();
  }
}

async function fill(tx: Transaction, endpoints: number): Promise<void> {
  await tx.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, tags, agent_version)
     select gen_random_uuid(), 'host-' || n, 'bench ' || n, case when n % 3 = 0 then 'windows' else 'linux' end,
       jsonb_build_object('hostname', 'host-' || n || '.example.org', 'os', 'linux', 'osName', 'Debian GNU/Linux',
         'osVersion', '12.' || n % 10, 'kernel', '6.1.0-' || n % 30 || '-amd64', 'architecture', 'x64',
         'timeZone', 'Europe/Berlin', 'addresses', jsonb_build_array('10.' || n % 8 || '.' || n / 250 % 250 || '.' || n % 250),
         'extra', jsonb_build_object('codename', 'bookworm'),
         'disks', (select jsonb_agg(jsonb_build_object('mount', '/data/' || d, 'totalBytes', 1e12, 'freeBytes', 1e11))
                   from generate_series(1, 12) d)),
       '{}', jsonb_build_object('site', 's' || n % 20), '0.1.0'
     from generate_series(1, $1) n`,
    [endpoints],
  );
  for (const [number, rule] of rules.entries()) {
    await tx.query(
      `insert into groups (name, description, rule, created_at, created_by, updated_at, updated_by)
       values ($1, '', $2, now(), 'bench', now(), 'bench')`,
      [`Bench ${number}`, rule],
    );
    const recurrence = {
      rule: 'FREQ=WEEKLY;BYDAY=SA,SU',
      afterDays: 0,
      start: '2026-01-01',
      time: '22:00',
      timeZone: 'Europe/Berlin',
    };
    await tx.query(
      `insert into windows (name, description, endpoints, recurrence, duration_minutes, blackouts,
         created_at, created_by, updated_at, updated_by)
       values ($1, '', $2, $3, $4, '[]', now(), 'bench', now(), 'bench')`,
      [`Bench ${number}`, `group:Bench ${number}`, recurrence, 60 + number],
    );
  }
  await tx.query('analyze endpoints');
}
