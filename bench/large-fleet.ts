import type pg from 'pg';

/** How many different patches there are, and how many of them each endpoint lacks. */
const patches = { known: 1_500, least: 20, most: 40 };

/**
 * Adds the endpoints from number `first` to `last`, as agents describe them: a third has Windows, each lacks 20 to 40
 * of 1,500 patches, one of 200 is exempt. Afterwards see {@link connectFleet}.
 */
export async function addFleet(pool: pg.Pool, first: number, last: number): Promise<void> {
  await pool.query(
    `insert into endpoints (id, name, public_key, os, inventory, policy, tags, agent_version, readiness, reboot, scanned_at)
     select gen_random_uuid(), 'host-' || n, 'bench ' || n, system, jsonb_build_object(
         'hostname', 'host-' || n || '.example.org', 'os', system, 'osName', 'Debian GNU/Linux',
         'osVersion', '12.' || n % 10, 'kernel', '6.1.0-' || n % 30 || '-amd64', 'architecture', 'x64',
         'timeZone', (array['Europe/Berlin', 'America/New_York', 'UTC'])[1 + n % 3],
         'addresses', jsonb_build_array('10.' || n % 8 || '.' || n / 250 % 250 || '.' || n % 250),
         'uptimeSeconds', n, 'bootId', 'boot-1', 'agentVersion', '1.0.0', 'users', '[]'::jsonb,
         'extra', jsonb_build_object('codename', 'bookworm'),
         'disks', (select jsonb_agg(jsonb_build_object('mount', '/data/' || d, 'totalBytes', 1e12, 'freeBytes', 1e11))
                   from generate_series(1, 6) d)),
       '{"scan": true, "run": true, "install": true, "reboot": true}',
       jsonb_build_object('site', 's' || n % 20) || case when n % 200 = 7 then '{"exempt": "legacy"}' else '{}'::jsonb end,
       '1.0.0', '[]', '{"needed": false, "reasons": []}', now()
     from generate_series($1::int, $2::int) n
     cross join lateral (select case when n % 3 = 0 then 'windows' else 'linux' end as system) chosen`,
    [first, last],
  );
  await pool.query(
    `with known as materialized (
       select k, id, jsonb_build_object('id', id, 'title', 'Libraries and tools of package number ' || k,
         'package', 'package-' || k, 'currentVersion', '2:4.1-1', 'version', '2:4.' || k || '-1+deb12u1',
         'classification', (array['security', 'bugfix', 'enhancement', 'other'])[1 + k % 4],
         'severity', (array['critical', 'important', 'moderate', 'low', 'unknown'])[1 + k % 5],
         'cves', case when k % 4 = 0 then jsonb_build_array('CVE-2026-' || 10000 + k, 'CVE-2026-' || 30000 + k)
                 else '[]'::jsonb end,
         'sizeBytes', 1000 * k, 'rebootHint', k % 50 = 0) as patch
       from generate_series(0, ${patches.known - 1}) k
       cross join lateral (select 'package-' || k || '=2:4.' || k || '-1+deb12u1' as id) named
     ), noted as (
       insert into known_patches (id, first_seen_at) select id, now() - k * interval '2 hours' from known
       on conflict do nothing
     )
     insert into endpoint_patches (endpoint, id, patch)
     select e.id, known.id, known.patch
     from generate_series($1::int, $2::int) n join endpoints e on e.public_key = 'bench ' || n
     cross join lateral generate_series(1, ${patches.least} + n % ${patches.most - patches.least + 1}) place
     join known on known.k = (n * 7 + place * 37) % ${patches.known}
     order by e.id, known.id`,
    [first, last],
  );
}

/** Has 49 of 50 endpoints be connected, to a node that is never taken for dead. */
export async function connectFleet(pool: pg.Pool): Promise<void> {
  await pool.query('delete from connections');
  await pool.query(
    `with alive as (
       insert into nodes (id, started_at, seen_at) values (gen_random_uuid(), '2000-01-01', '2999-01-01') returning id
     )
     insert into connections (endpoint, node, connected_at, boot_id)
     select e.id, alive.id, now(), 'boot-1' from endpoints e cross join alive where e.public_key not like '%50'`,
  );
}
