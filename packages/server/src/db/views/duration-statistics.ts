import type { DurationFigure, DurationStatistics } from '@patchbay/domain/forecast/estimate';
import { fitPatching, type PatchingSample } from '@patchbay/domain/forecast/fit-patching';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Queryable } from '../queryable.ts';

/** How many of the latest runs are looked at, and how many of each of the latest cycles of a workflow. */
const latestRuns = 5_000;
const latestCycles = 3;
const runsOfCycle = 2_000;

// Runs of rehearsals say nothing. The latest cycles of each workflow are looked at besides, as those of others may have
// run so often since that none of its runs are among the latest.
const sample = `with sample as materialized (
    select latest.id, latest.snapshot from (
      select r.id, r.snapshot, r.cycle from runs r where r.started_at is not null order by r.id desc limit ${latestRuns}
    ) latest join cycles c on c.id = latest.cycle and c.mode = 'real'
    union
    select r.id, r.snapshot from unnest($1::uuid[]) as wanted (workflow)
      cross join lateral (
        select c.id from cycle_workflows u join cycles c on c.id = u.cycle
        where u.workflow = wanted.workflow and c.mode = 'real' order by c.id desc limit ${latestCycles}
      ) cycle
      cross join lateral (
        select id, snapshot from runs where cycle = cycle.id and started_at is not null limit ${runsOfCycle}
      ) r
  )`;

const took = `percentile_cont(array[0.5, 0.9]) within group (
    order by extract(epoch from a.finished_at - a.started_at)::float8 * 1000
  )`;

/** How long tasks and the patch operation took so far, as far as one looks back (P-11). */
export async function durationStatistics(
  db: Queryable,
  workflows: readonly string[],
): Promise<DurationStatistics> {
  const { rows: tasks } = await db.query<{ task: string; took: number[] }>(
    `${sample}, steps as materialized (
       select s.id as snapshot, work.key as step, work.value ->> 'task' as task
       from snapshots s cross join jsonb_each(s.works) as work
       where s.id in (select snapshot from sample) and work.value ->> 'task' is not null
     )
     select steps.task, ${took} as took
     from sample join activities a on a.run = sample.id
     join steps on steps.snapshot = sample.snapshot and steps.step = a.step
     where a.status = 'succeeded' and a.started_at is not null and a.finished_at >= a.started_at
     group by steps.task`,
    [workflows],
  );
  const { rows: patching } = await db.query<PatchingRow>(
    `${sample}
     select s.os, patched.patches, count(*)::int as runs, ${took} as took
     from sample join snapshots s on s.id = sample.snapshot
     join activities a on a.run = sample.id and a.step = 'patch'
     cross join lateral (
       select count(*)::int as patches from jsonb_array_elements(a.outcome -> 'patches') as one
       where one ->> 'outcome' = 'installed'
     ) patched
     where a.outcome ->> 'kind' = 'patched' and a.started_at is not null and a.finished_at >= a.started_at
     group by s.os, patched.patches`,
    [workflows],
  );
  return {
    tasks: new Map(tasks.map((row) => [row.task, figure(row.took)])),
    patching: new Map(
      [...Map.groupBy(patching, ({ os }) => os)].flatMap(([os, samples]) => {
        const fitted = fitPatching(samples.map(toSample));
        return fitted === null ? [] : [[os, fitted]];
      }),
    ),
  };
}

interface PatchingRow {
  readonly os: OperatingSystem;
  readonly patches: number;
  readonly runs: number;
  readonly took: number[];
}

function toSample({ patches, runs, took }: PatchingRow): PatchingSample {
  return { patches, runs, took: figure(took) };
}

function figure([medianMs = 0, p90Ms = 0]: readonly number[]): DurationFigure {
  return { medianMs, p90Ms };
}
