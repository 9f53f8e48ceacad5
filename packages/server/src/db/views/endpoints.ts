import type { Endpoint, EndpointSummary } from '@patchbay/contracts/endpoint';
import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import type { Page } from '@patchbay/contracts/page';
import { healthOf } from '@patchbay/domain/health/verdict';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Selector } from '@patchbay/domain/selector/selector';
import { listOrder } from '../list-order.ts';
import { isUuid, type PageRequest, pageOf } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';
import { whereSelected } from './selected-endpoints.ts';

/** Which endpoints a list shows. */
export interface EndpointFilter {
  readonly search?: string | undefined;
  readonly sort?: 'name' | '-name' | 'enrolledAt' | '-enrolledAt' | undefined;
  readonly os?: OperatingSystem | undefined;
  readonly status?: EndpointSummary['status'] | undefined;
  readonly selector?: Selector | undefined;
  readonly pendingReboot?: boolean | undefined;
  readonly health?: 'healthy' | 'unhealthy' | 'unknown' | undefined;
}

interface EndpointRow
  extends Omit<Endpoint, 'lastSeenAt' | 'enrolledAt' | 'scannedAt' | 'rebootNeeded' | 'health'> {
  readonly lastSeenAt: Date | null;
  readonly enrolledAt: Date;
  readonly scannedAt: Date | null;
}

/** An instant within JSON, as the API writes instants. */
function jsonInstant(sql: string): string {
  return `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

const status = `case when e.revoked_at is not null then 'revoked'
  when n.endpoint is not null then 'connected' else 'disconnected' end`;

/** Flows of Interactive Reboot that the endpoint `e` waits for. */
const pendingFlows = `from reboot_flows f
  where f.endpoint = e.id and f.ended_at is null and f.rebooted_at is null and f.status <> 'new'`;

/** The results that count: those of tasks that are health checks now. */
const healthChecks = `from endpoint_health h join tasks t on t.id = h.task and t.category = 'Health Check'
    where h.endpoint = e.id`;

const select = `select e.id, e.name, e.os, e.inventory ->> 'osName' as "osName", e.inventory ->> 'osVersion' as "osVersion",
    ${status} as status, case when n.endpoint is not null then now() else e.seen_at end as "lastSeenAt",
    e.agent_version as "agentVersion", e.tags,
    case when e.scanned_at is not null then patches.applicable end as "applicablePatches",
    case when e.scanned_at is not null then patches.security end as "securityPatches",
    e.enrolled_at as "enrolledAt", coalesce(n.boot_id, e.inventory ->> 'bootId') as "bootId", e.policy, e.inventory,
    coalesce(e.readiness, '[]') as readiness, e.reboot, e.scanned_at as "scannedAt", e.scan_problem as "scanProblem",
    health.checks as "healthChecks", (
      select f.id ${pendingFlows} order by f.started_at desc limit 1
    ) as "pendingReboot"
  from endpoints e left join connections n on n.endpoint = e.id
  cross join lateral (
    select count(*)::int as applicable,
      (count(*) filter (where p.patch ->> 'classification' = 'security'))::int as security
    from endpoint_patches p where p.endpoint = e.id
  ) patches
  cross join lateral (
    select coalesce(json_agg(json_build_object(
        'task', json_build_object('id', t.id, 'name', t.name), 'healthy', h.healthy, 'reason', h.reason,
        'since', ${jsonInstant('h.since')}, 'checkedAt', ${jsonInstant('h.checked_at')}, 'run', h.run
      ) order by h.healthy, lower(t.name)), '[]') as checks
    ${healthChecks}
  ) health`;

function toEndpoint(row: EndpointRow): Endpoint {
  return {
    ...row,
    rebootNeeded: row.reboot?.needed ?? null,
    health: healthOf(row.healthChecks),
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    enrolledAt: row.enrolledAt.toISOString(),
    scannedAt: row.scannedAt?.toISOString() ?? null,
  };
}

const healthConditions = {
  healthy: `exists (select ${healthChecks}) and not exists (select ${healthChecks} and not h.healthy)`,
  unhealthy: `exists (select ${healthChecks} and not h.healthy)`,
  unknown: `not exists (select ${healthChecks})`,
} as const;

/** Lists endpoints by name; revoked ones only when that status is asked for. */
export async function listEndpoints(
  db: Queryable,
  filter: EndpointFilter,
  page: PageRequest,
): Promise<Page<EndpointSummary>> {
  const where = new Where()
    .and('position(lower(?) in lower(e.name)) > 0', filter.search)
    .and('e.os = ?', filter.os);
  if (filter.status === undefined) where.andThat('e.revoked_at is null');
  else where.and(`${status} = ?`, filter.status);
  if (filter.pendingReboot !== undefined) {
    where.andThat(`${filter.pendingReboot ? '' : 'not '}exists (select ${pendingFlows})`);
  }
  if (filter.health !== undefined) where.andThat(healthConditions[filter.health]);
  if (filter.selector !== undefined) await whereSelected(db, where, filter.selector);
  const id = { sql: 'e.id', type: 'uuid' } as const;
  const order = listOrder(filter.sort ?? 'name', {
    name: [{ sql: 'lower(e.name)', type: 'text' }, id],
    enrolledAt: [{ sql: 'e.enrolled_at', type: 'timestamptz' }, id],
  });
  return pageOf<EndpointRow, Endpoint>(db, { select, where, ...order, item: toEndpoint }, page);
}

/** The endpoint with this id, or the one of this name that is not revoked. */
export async function findEndpoint(db: Queryable, reference: string): Promise<Endpoint | null> {
  const { rows } = await db.query<EndpointRow>(
    `${select} where ${isUuid(reference) ? 'e.id = $1' : 'lower(e.name) = lower($1) and e.revoked_at is null'}`,
    [reference],
  );
  return rows[0] ? toEndpoint(rows[0]) : null;
}

/** Lists an endpoint's applicable patches by package (E-03). */
export async function listEndpointPatches(
  db: Queryable,
  endpoint: string,
  classification: ApplicablePatch['classification'] | undefined,
  page: PageRequest,
): Promise<Page<ApplicablePatch>> {
  const where = new Where()
    .and('endpoint = ?', endpoint)
    .and("patch ->> 'classification' = ?", classification);
  const sort = [{ sql: 'id', type: 'text' }] as const;
  const item = ({ patch }: { patch: ApplicablePatch }) => patch;
  return pageOf(db, { select: 'select patch from endpoint_patches', where, sort, item }, page);
}
