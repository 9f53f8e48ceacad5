import type {
  CycleReport,
  ReportedPatch,
  ReportedReboot,
  ReportedRun,
} from '@patchbay/contracts/cycle-report';
import type { PatchResult } from '@patchbay/contracts/inventory';
import type { Verdict } from '@patchbay/domain/plan/state';
import { wouldReboot } from '@patchbay/domain/run/gate';
import type { Queryable } from '../queryable.ts';

interface RunRow extends Omit<ReportedRun, 'endpoint' | 'startedAt' | 'finishedAt' | 'scannedAt'> {
  readonly endpointId: string;
  readonly endpointName: string;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly scannedAt: Date | null;
  readonly results?: readonly PatchResult[] | null;
}

/** A run of a report with what became of each patch. */
export interface RunWithPatches {
  readonly reported: ReportedRun;
  readonly patches: readonly PatchResult[];
}

const pageRuns = 500;

const selectRuns = (more: string): string =>
  `select r.id as run, r.endpoint as "endpointId", e.name as "endpointName", s.os,
     s.workflow_name as workflow, c.rollout -> 'waves' -> r.wave::int ->> 'name' as wave, r.status, r.result,
     r.state ->> 'reason' as reason, r.started_at as "startedAt", r.finished_at as "finishedAt",
     r.patches_before as "patchesBefore", patched.installed, patched.failed,
     coalesce(
       case when c.finished_at is not null then r.patches_after end,
       (select count(*)::int from endpoint_patches p where p.endpoint = r.endpoint)
     ) as "patchesAfter",
     e.scanned_at as "scannedAt" ${more}
   from runs r join cycles c on c.id = r.cycle join endpoints e on e.id = r.endpoint
   join snapshots s on s.id = r.snapshot
   cross join lateral (
     select (count(*) filter (where one ->> 'outcome' = 'installed'))::int as installed,
       (count(*) filter (where one ->> 'outcome' = 'failed'))::int as failed
     from activities a cross join lateral jsonb_array_elements(a.outcome -> 'patches') as one
     where a.run = r.id and a.step = 'patch'
   ) patched
   where r.cycle = $1`;

/** What came of each run of a cycle, in the order of their opening. */
async function allRuns(db: Queryable, cycle: number): Promise<ReportedRun[]> {
  const { rows } = await db.query<RunRow>(`${selectRuns('')} order by r.id`, [cycle]);
  return rows.map(toRun);
}

/** The same with what became of each patch, read a part at a time (P-15). */
export async function* runsWithPatches(db: Queryable, cycle: number): AsyncGenerator<RunWithPatches> {
  const results = `, (select jsonb_agg(one order by a.attempt) from activities a
       cross join lateral jsonb_array_elements(a.outcome -> 'patches') as one
     where a.run = r.id and a.step = 'patch') as results`;
  const text = `${selectRuns(results)} and r.id > $2 order by r.id limit ${pageRuns}`;
  for (let after = 0; ; ) {
    const { rows } = await db.query<RunRow>(text, [cycle, after]);
    for (const { results: patches, ...row } of rows) yield { reported: toRun(row), patches: patches ?? [] };
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRuns) return;
    after = last.run;
  }
}

function toRun({ endpointId, endpointName, ...row }: RunRow): ReportedRun {
  return {
    ...row,
    endpoint: { id: endpointId, name: endpointName },
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    scannedAt: row.scannedAt?.toISOString() ?? null,
  };
}

/** What came of each patch on all endpoints of a cycle together, failures first. */
async function reportedPatches(db: Queryable, cycle: number): Promise<ReportedPatch[]> {
  const count = (outcome: PatchResult['outcome']): string =>
    `(count(*) filter (where patch ->> 'outcome' = '${outcome}'))::int`;
  const { rows } = await db.query<ReportedPatch>(
    `select patch ->> 'package' as package, patch ->> 'toVersion' as version,
       bool_or((patch ->> 'security')::boolean) as security, ${count('installed')} as installed,
       ${count('failed')} as failed, ${count('wouldInstall')} as "wouldInstall",
       (array_agg(e.name))[1:20] as endpoints
     from runs r join endpoints e on e.id = r.endpoint join activities a on a.run = r.id and a.step = 'patch'
     cross join lateral jsonb_array_elements(a.outcome -> 'patches') as patch
     where r.cycle = $1 and patch ->> 'outcome' <> 'notApplicable'
     group by 1, 2 order by failed desc, 1, 2`,
    [cycle],
  );
  return rows.map((row) => ({ ...row, endpoints: [...new Set(row.endpoints)].sort() }));
}

/** The reboots of a cycle: those of its steps, and what became of its Interactive Reboots. */
async function reportedReboots(db: Queryable, cycle: number): Promise<ReportedReboot[]> {
  const { rows } = await db.query<
    Omit<ReportedReboot, 'endpoint' | 'askedAt' | 'endedAt'> & {
      id: string;
      name: string;
      askedAt: Date | null;
      endedAt: Date | null;
    }
  >(
    `select e.id, e.name, r.id as run, a.kind = 'interactiveReboot' as interactive, a.task_name as step,
       coalesce(f.started_at, a.started_at) as "askedAt", (f.state ->> 'used')::int as "putOff",
       case when a.kind = 'reboot' then a.status when f.ended_at is null and f.rebooted_at is not null then 'rebooted'
         else f.ending end as ending,
       case when a.kind = 'reboot' then a.finished_at else coalesce(f.ended_at, f.rebooted_at) end as "endedAt"
     from runs r join endpoints e on e.id = r.endpoint
     join activities a on a.run = r.id and a.kind in ('reboot', 'interactiveReboot')
     left join reboot_members m on m.run = a.run and m.step = a.step and m.attempt = a.attempt
     left join reboot_flows f on f.id = m.flow and f.status <> 'new'
     where r.cycle = $1 and (a.kind = 'reboot' or f.id is not null)
     order by "askedAt", e.name`,
    [cycle],
  );
  return rows.map(({ id, name, askedAt, endedAt, ...row }) => ({
    ...row,
    endpoint: { id, name },
    askedAt: askedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
  }));
}

/** The reboots that a rehearsal has come to and left out (P-10). */
async function foreseenReboots(db: Queryable, cycle: number): Promise<ReportedReboot[]> {
  const { rows } = await db.query<
    Pick<ReportedReboot, 'run' | 'interactive' | 'step'> & { id: string; name: string }
  >(
    `select e.id, e.name, r.id as run, one ->> 'kind' = 'interactiveReboot' as interactive, one ->> 'name' as step
     from runs r join endpoints e on e.id = r.endpoint join snapshots s on s.id = r.snapshot
     cross join lateral jsonb_array_elements(s.definition -> 'steps') as one
     where r.cycle = $1 and r.state -> 'records' -> (one ->> 'key') ->> 'detail' = $2 order by e.name`,
    [cycle, wouldReboot],
  );
  return rows.map(({ id, name, ...row }) => ({
    ...row,
    endpoint: { id, name },
    askedAt: null,
    putOff: null,
    ending: 'foreseen',
    endedAt: null,
  }));
}

/** The report of a cycle (P-15). `madeAt` in epoch milliseconds. */
export async function cycleReport(
  db: Queryable,
  cycle: CycleReport['cycle'],
  madeAt: number,
): Promise<CycleReport> {
  const runs = await allRuns(db, cycle.id);
  const before = runs.flatMap(({ patchesBefore }) => patchesBefore ?? []);
  return {
    cycle,
    approval: await approvalOf(db, cycle.id),
    madeAt: new Date(madeAt).toISOString(),
    before: before.length === 0 ? null : compliance(before),
    after: compliance(runs.map(({ patchesAfter }) => patchesAfter)),
    runs,
    patches: await reportedPatches(db, cycle.id),
    reboots: await (cycle.mode === 'rehearsal' ? foreseenReboots : reportedReboots)(db, cycle.id),
  };
}

/** Who approved the plan of a cycle before it opened (P-09). */
async function approvalOf(db: Queryable, cycle: number): Promise<CycleReport['approval']> {
  const { rows } = await db.query<{ approval: Verdict | null }>('select approval from cycles where id = $1', [
    cycle,
  ]);
  const approval = rows[0]?.approval ?? null;
  return approval === null ? null : { ...approval, at: new Date(approval.at).toISOString() };
}

function compliance(counts: readonly number[]): CycleReport['after'] {
  return {
    endpointsUpToDate: counts.filter((count) => count === 0).length,
    patches: counts.reduce((sum, count) => sum + count, 0),
  };
}
