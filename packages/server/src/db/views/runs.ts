import type { Page } from '@patchbay/contracts/page';
import type { RunEventEntry, RunSummary } from '@patchbay/contracts/run';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { CycleState } from '@patchbay/domain/rollout/cycle-state';
import type { RunDefinition } from '@patchbay/domain/run/definition';
import type { RunState } from '@patchbay/domain/run/state';
import { urgencyOf } from '@patchbay/domain/run/urgency';
import { type QueuedFacts, queuedFacts } from '../cycle-runs.ts';
import { listOrder } from '../list-order.ts';
import { type PageRequest, pageOf } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** Which runs a list shows. */
export interface RunFilter {
  readonly cycle?: number | undefined;
  /** The id of an endpoint. */
  readonly endpoint?: string | undefined;
  readonly status?: RunSummary['status'] | undefined;
  readonly result?: NonNullable<RunSummary['result']> | undefined;
  readonly sort: 'run' | '-run' | 'urgency' | '-urgency';
}

interface RunRow {
  readonly id: number;
  readonly cycle: number;
  readonly planId: string | null;
  readonly planName: string | null;
  readonly endpoint: string;
  readonly endpointName: string;
  readonly os: OperatingSystem;
  readonly mode: RunSummary['mode'];
  readonly status: RunSummary['status'];
  readonly result: RunSummary['result'];
  readonly reason: string | null;
  readonly step: string | null;
  readonly stepName: string | null;
  readonly openedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly queued: ListedRun['queued'];
}

/** A run, and what tells why it does not start; null when it is not queued. */
export interface ListedRun extends Omit<RunSummary, 'held'> {
  readonly queued: (QueuedFacts & Pick<CycleState, 'status' | 'openWaves'>) | null;
}

/** A run with all that decides about it. */
export interface StoredRun extends ListedRun {
  readonly definition: RunDefinition;
  readonly state: RunState;
  readonly workflow: { readonly id: string | null; readonly name: string } | null;
}

const columns = `r.id, r.cycle, c.plan as "planId", c.plan_name as "planName", r.endpoint, e.name as "endpointName",
  s.os, c.mode, r.status, r.result, r.state ->> 'reason' as reason, r.step,
  (select one ->> 'name' from jsonb_array_elements(s.definition -> 'steps') as steps (one)
   where one ->> 'key' = r.step) as "stepName",
  r.opened_at as "openedAt", r.started_at as "startedAt", r.finished_at as "finishedAt",
  case when r.status = 'queued' then (
    select to_json(facts) from (
      select ${queuedFacts('few')}, coalesce(c.state ->> 'status', 'running') as status,
        coalesce((c.state ->> 'openWaves')::integer, 0) as "openWaves"
    ) as facts
  ) end as queued`;
const tables = `from runs r join cycles c on c.id = r.cycle join endpoints e on e.id = r.endpoint
  join snapshots s on s.id = r.snapshot`;

function toListed(row: RunRow): ListedRun {
  return {
    id: row.id,
    cycle: row.cycle,
    plan: row.planName === null ? null : { id: row.planId, name: row.planName },
    endpoint: { id: row.endpoint, name: row.endpointName },
    os: row.os,
    mode: row.mode,
    status: row.status,
    result: row.result,
    reason: row.reason,
    step: row.step === null ? null : { key: row.step, name: row.stepName ?? row.step },
    createdAt: row.openedAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    queued: row.queued,
  };
}

/** Lists runs, by number or by how soon somebody looks for them; there is an index for both within a cycle. */
export async function listRuns(
  db: Queryable,
  filter: RunFilter,
  page: PageRequest,
): Promise<Page<ListedRun>> {
  const where = new Where()
    .and('r.cycle = ?', filter.cycle)
    .and('r.endpoint = ?', filter.endpoint)
    .and('r.status = ?', filter.status)
    .and('r.result = ?', filter.result)
    .and('r.urgency = ?', urgencyAskedFor(filter));
  const id = { sql: 'r.id', type: 'bigint' } as const;
  const order = listOrder(filter.sort, { run: [id], urgency: [{ sql: 'r.urgency', type: 'bigint' }, id] });
  const select = `select ${columns} ${tables}`;
  return pageOf<RunRow, ListedRun>(db, { select, where, ...order, item: toListed }, page);
}

/** What the index knows of a status or a result. */
function urgencyAskedFor({ status, result }: RunFilter): number | undefined {
  if (result !== undefined) return urgencyOf({ status: 'finished', result });
  return status === undefined || status === 'finished' ? undefined : urgencyOf({ status, result: null });
}

/** One run. */
export async function findRun(db: Queryable, id: number): Promise<StoredRun | null> {
  const { rows } = await db.query<
    RunRow & {
      definition: RunDefinition;
      state: RunState;
      workflowId: string | null;
      workflowName: string | null;
    }
  >(
    `select ${columns}, s.definition, r.state, w.id as "workflowId", s.workflow_name as "workflowName"
     ${tables} left join workflows w on w.id = s.workflow where r.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { definition, state, workflowId, workflowName } = row;
  const workflow = workflowName === null ? null : { id: workflowId, name: workflowName };
  return { ...toListed(row), definition, state, workflow };
}

interface EventRow {
  readonly sequence: number;
  readonly at: Date;
  readonly event: { kind: string; step?: string; attempt?: number; by?: string };
  readonly notes: string[];
}

/** Lists what happened to a run, in the order in which it happened (W-14). */
export async function listRunEvents(
  db: Queryable,
  run: number,
  page: PageRequest,
): Promise<Page<RunEventEntry>> {
  const select = 'select seq as sequence, at, event, notes from run_events';
  const where = new Where().and('run = ?', run);
  const sort = [{ sql: 'seq', type: 'bigint' }] as const;
  const item = ({ sequence, at, event, notes }: EventRow): RunEventEntry => ({
    sequence,
    at: at.toISOString(),
    kind: event.kind,
    step: event.step ?? null,
    attempt: event.attempt ?? null,
    by: event.by ?? null,
    notes,
  });
  return pageOf(db, { select, where, sort, item }, page);
}

/** How the endpoint of a run is now, as an operator's request tells the run (W-12). */
export async function endpointOfRun(
  db: Queryable,
  run: number,
): Promise<{ readonly connected: boolean; readonly bootId: string } | null> {
  const { rows } = await db.query<{ connected: boolean; bootId: string }>(
    `select n.endpoint is not null as connected, coalesce(n.boot_id, e.inventory ->> 'bootId') as "bootId"
     from runs r join endpoints e on e.id = r.endpoint left join connections n on n.endpoint = e.id
     where r.id = $1`,
    [run],
  );
  return rows[0] ?? null;
}
