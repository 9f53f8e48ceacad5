import type { Page } from '@patchbay/contracts/page';
import type { RebootFlowEvent, RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import type { ActivityKey } from '@patchbay/domain/activity/activity-id';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import type { RebootState } from '@patchbay/domain/reboot/state';
import { type PageRequest, pageOf } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** Which flows a list shows. */
export interface RebootFlowFilter {
  /** The id of an endpoint. */
  readonly endpoint?: string | undefined;
  readonly status?: RebootFlowSummary['status'] | undefined;
  readonly ending?: NonNullable<RebootFlowSummary['ending']> | undefined;
  readonly pending?: boolean | undefined;
}

interface FlowRow {
  readonly id: string;
  readonly endpointId: string;
  readonly endpointName: string;
  readonly run: number;
  readonly status: RebootFlowSummary['status'];
  readonly ending: RebootFlowSummary['ending'];
  readonly pending: boolean;
  readonly settings: RebootSettings;
  readonly state: RebootState;
  readonly startedAt: Date;
  readonly nextAt: Date | null;
  readonly latestRebootAt: Date | null;
  readonly reportedAt: Date;
  readonly endedAt: Date | null;
  readonly disputed: boolean;
}

/** A flow with all that decides about it. */
export interface StoredFlow extends RebootFlowSummary {
  readonly settings: RebootSettings;
  readonly state: RebootState;
}

/** A flow whose endpoint waits for a reboot. */
const pending = 'f.ended_at is null and f.rebooted_at is null';
const rebooted = 'f.ended_at is null and f.rebooted_at is not null';

// An endpoint that has come back from another boot has rebooted, whether or not it has told so.
const select = `select f.id, f.endpoint as "endpointId", e.name as "endpointName", f.run,
    case when ${rebooted} then 'ended' else f.status end as status,
    case when ${rebooted} then 'rebooted' else f.ending end as ending, ${pending} as pending, f.settings, f.state,
    f.started_at as "startedAt", f.next_at as "nextAt", f.latest_reboot_at as "latestRebootAt",
    f.reported_at as "reportedAt", coalesce(f.ended_at, f.rebooted_at) as "endedAt", f.disputed
  from reboot_flows f join endpoints e on e.id = f.endpoint`;

function toFlow({ settings, state, ...row }: FlowRow): StoredFlow {
  return {
    ...toSummary({ settings, state, ...row }),
    settings,
    state,
  };
}

function toSummary(row: FlowRow): RebootFlowSummary {
  const { id, run, status, ending, disputed, settings, state } = row;
  return {
    id,
    endpoint: { id: row.endpointId, name: row.endpointName },
    run,
    status,
    ending,
    pending: row.pending,
    used: state.used,
    notificationCount: settings.notificationCount,
    startedAt: row.startedAt.toISOString(),
    nextAt: row.pending ? (row.nextAt?.toISOString() ?? null) : null,
    latestRebootAt: row.pending ? (row.latestRebootAt?.toISOString() ?? null) : null,
    reportedAt: row.reportedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    disputed,
  };
}

/** Lists flows of Interactive Reboot, the latest first. */
export async function listRebootFlows(
  db: Queryable,
  filter: RebootFlowFilter,
  page: PageRequest,
): Promise<Page<RebootFlowSummary>> {
  const where = new Where()
    .andThat("f.status <> 'new'")
    .and('f.endpoint = ?', filter.endpoint)
    .and(`case when ${rebooted} then 'ended' else f.status end = ?`, filter.status)
    .and(`case when ${rebooted} then 'rebooted' else f.ending end = ?`, filter.ending);
  if (filter.pending !== undefined) where.andThat(filter.pending ? pending : `not (${pending})`);
  const sort = [
    { sql: 'f.started_at', type: 'timestamptz' },
    { sql: 'f.id', type: 'text' },
  ] as const;
  return pageOf<FlowRow, RebootFlowSummary>(
    db,
    { select, where, sort, descending: true, item: toSummary },
    page,
  );
}

/** One flow. */
export async function findRebootFlow(db: Queryable, id: string): Promise<StoredFlow | null> {
  const { rows } = await db.query<FlowRow>(`${select} where f.id = $1 and f.status <> 'new'`, [id]);
  return rows[0] ? toFlow(rows[0]) : null;
}

/** An activity that wants the reboot of a flow. */
export interface FlowMember extends ActivityKey {
  readonly stopAskedAt: Date | null;
}

/** The activities of a flow. */
export async function flowMembers(db: Queryable, flow: string): Promise<FlowMember[]> {
  const { rows } = await db.query<FlowMember>(
    `select run, step, attempt, stop_asked_at as "stopAskedAt" from reboot_members where flow = $1
     order by run, step, attempt`,
    [flow],
  );
  return rows;
}

interface EventRow {
  readonly sequence: number;
  readonly event: RebootEvent;
  readonly notes: string[];
  readonly disputed: string | null;
  readonly receivedAt: Date;
}

/** Lists what happened in a flow, in the order in which it happened. */
export async function listRebootFlowEvents(
  db: Queryable,
  flow: string,
  page: PageRequest,
): Promise<Page<RebootFlowEvent>> {
  const eventSelect = `select seq as sequence, event, notes, disputed, received_at as "receivedAt"
    from reboot_flow_events`;
  const where = new Where().and('flow = ?', flow);
  const sort = [{ sql: 'seq', type: 'bigint' }] as const;
  const item = ({ sequence, event, notes, disputed, receivedAt }: EventRow): RebootFlowEvent => ({
    sequence,
    at: new Date(event.now.at).toISOString(),
    receivedAt: receivedAt.toISOString(),
    kind: event.kind,
    notification: 'notification' in event ? event.notification : null,
    answer: event.kind === 'answered' ? event.answer.kind : null,
    notes,
    disputed,
  });
  return pageOf(db, { select: eventSelect, where, sort, item }, page);
}
