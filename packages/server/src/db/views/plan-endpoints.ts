import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Queryable } from '../queryable.ts';

/** An endpoint as a plan sees it. */
export interface EndpointOfPlan {
  readonly id: string;
  readonly name: string;
  readonly os: OperatingSystem;
  readonly tags: Readonly<Record<string, string>>;
  readonly connected: boolean;
  /** How many patches are applicable. */
  readonly patches: number;
}

/** These endpoints, by name. */
export async function endpointsOfPlan(db: Queryable, ids: readonly string[]): Promise<EndpointOfPlan[]> {
  const { rows } = await db.query<EndpointOfPlan>(
    `select e.id, e.name, e.os, e.tags, c.endpoint is not null as connected, coalesce(p.patches, 0) as patches
     from unnest($1::uuid[]) as wanted (id) join endpoints e on e.id = wanted.id
     left join connections c on c.endpoint = e.id
     left join (select endpoint, count(*)::int as patches from endpoint_patches
                where endpoint = any($1::uuid[]) group by endpoint) p on p.endpoint = e.id
     order by lower(e.name), e.id`,
    [ids],
  );
  return rows;
}

/** The time zones of these endpoints, as their agents name them. */
export async function timeZonesOf(db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; zone: string }>(
    'select id, time_zone as zone from endpoints where id = any($1::uuid[]) and time_zone is not null',
    [ids],
  );
  return new Map(rows.map(({ id, zone }) => [id, zone]));
}
