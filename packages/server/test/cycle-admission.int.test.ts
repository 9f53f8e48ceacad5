import { type Candidate, compareCandidates } from '@patchbay/domain/rollout/candidate';
import { absentMs, holdOf, isReady, losesPlace } from '@patchbay/domain/rollout/hold';
import {
  admitRuns,
  countQueued,
  type OpenTimetable,
  observeWaves,
  takeBackLate,
} from '@patchbay/server/db/cycle-runs';
import { type Transaction, withTransaction } from '@patchbay/server/db/pool';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { holdOfRun } from '../src/cycle/held-runs.ts';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const waves = 3;
const most = 24;
const at = Date.UTC(2026, 10, 21, 22);
/** They close at different times; a cycle may have others, which are closed. */
const timetables: readonly OpenTimetable[] = [3, 1, 2].map((hours, number) => ({
  number,
  closesAt: at + hours * 3_600_000,
  startBefore: at + hours * 3_600_000 - 1_800_000,
}));

let endpoints: readonly string[] = [];
beforeAll(async () => {
  const names = Array.from({ length: most }, (_, index) => `admit-${String(index).padStart(2, '0')}`);
  endpoints = await http.endpoints('linux', ...names);
});

/** A run of a cycle, with all that decides about its start. */
const drawnRun = fc.record({
  status: fc.constantFrom('queued' as const, 'queued' as const, 'queued' as const, 'awaitingUser' as const),
  wave: fc.nat({ max: waves - 1 }),
  timetable: fc.option(fc.nat({ max: timetables.length - 1 })),
  exempt: fc.constantFrom(null, null, null, 'when the cycle opened'),
  exemptNow: fc.constantFrom(false, false, false, true),
  connected: fc.constantFrom(true, true, true, false),
  busy: fc.constantFrom(false, false, false, true),
  admittedAt: fc.constantFrom(null, null, at, at - absentMs, at - absentMs - 1),
});
type DrawnRun = typeof drawnRun extends fc.Arbitrary<infer Run> ? Run : never;
const drawnCycle = fc.record({
  runs: fc.array(drawnRun, { minLength: 1, maxLength: most }),
  open: fc.subarray([...timetables]),
  openWaves: fc.nat({ max: waves }),
});

class Undone extends Error {}

/** Stores a cycle with these runs, each at the place that it has in the list, and forgets it afterwards. */
async function withCycle(
  runs: readonly DrawnRun[],
  use: (tx: Transaction, cycle: number) => Promise<void>,
): Promise<void> {
  const undone = withTransaction(http.context.pool, async (tx) => {
    const { rows } = await tx.query<{ cycle: number }>(
      `with cycle as (
         insert into cycles (kind, mode, opened_by) values ('task', 'real', 'test') returning id
       ), snapshot as (
         insert into snapshots (definition, works, os) values ('{}', '{}', 'linux') returning id
       ), node as (
         insert into nodes (id, started_at, seen_at) values (gen_random_uuid(), now(), now()) returning id
       ), given as (
         select * from json_to_recordset($1) as given (place integer, endpoint uuid, status text, wave smallint,
           timetable smallint, exempt text, "exemptNow" boolean, connected boolean, busy boolean, admitted timestamptz)
       ), own as (
         insert into runs (cycle, snapshot, endpoint, opened_by, state, status, wave, position, timetable, exempt, admitted_at)
         select cycle.id, snapshot.id, endpoint, 'test', '{}', status, wave, place, timetable, exempt, admitted
         from given, cycle, snapshot
       ), others as (
         insert into runs (snapshot, endpoint, opened_by, state, status)
         select snapshot.id, endpoint, 'test', '{}', 'running' from given, snapshot where busy
       ), connected as (
         insert into connections (endpoint, node, connected_at, boot_id)
         select endpoint, node.id, now(), 'boot-1' from given, node where connected
       ), tagged as (
         update endpoints set tags = '{"exempt": "by now"}' from given
         where id = given.endpoint and "exemptNow"
       )
       select id as cycle from cycle`,
      [
        JSON.stringify(
          runs.map(({ admittedAt, ...run }, place) => ({
            ...run,
            place,
            endpoint: endpoints[place],
            admitted: admittedAt === null ? null : new Date(admittedAt),
          })),
        ),
      ],
    );
    await use(tx, rows[0]?.cycle ?? 0);
    throw new Undone();
  });
  await expect(undone).rejects.toThrow(Undone);
}

/** The places of the runs of a cycle that are let start or go on. */
async function admitted(tx: Transaction, cycle: number): Promise<number[]> {
  const { rows } = await tx.query<{ place: number }>(
    'select position as place from runs where cycle = $1 and admitted_at is not null order by position',
    [cycle],
  );
  return rows.map(({ place }) => place);
}

const isOpen = (open: readonly OpenTimetable[], timetable: number | null): boolean =>
  timetable === null || open.some(({ number }) => number === timetable);
const factsOf = (run: DrawnRun, open: readonly OpenTimetable[]) => ({
  admitted: run.admittedAt !== null,
  windowOpen: isOpen(open, run.timetable),
  exempt: run.exempt !== null || run.exemptNow,
  connected: run.connected,
  busy: run.busy,
});

it('P-05 P-07 P-08 P-13 given any queued runs, then the database calls those ready, and lets those start first, that the rules do', async () => {
  await fc.assert(
    fc.asyncProperty(drawnCycle, fc.nat({ max: most }), async ({ runs, open, openWaves }, count) => {
      const placed = runs.map((run, place) => ({ ...run, place }));
      const readyIn = (wave: number) =>
        placed.filter((run) => run.status === 'queued' && run.wave === wave && isReady(factsOf(run, open)));
      await withCycle(runs, async (tx, cycle) => {
        const observed = await observeWaves(tx, cycle, waves, open, openWaves, null);
        const wanted = observed.map((_, wave) => (wave <= openWaves ? readyIn(wave).length : 0));
        expect(observed.map(({ ready }) => ready)).toEqual(wanted);
        const atMost = await observeWaves(tx, cycle, waves, open, openWaves, count);
        let left = count;
        expect(atMost.map(({ ready }) => ready)).toEqual(
          wanted.map((all) => {
            const some = Math.min(all, left);
            left -= some;
            return some;
          }),
        );
        const before = await admitted(tx, cycle);
        await admitRuns(tx, { cycle, wave: 0, count }, open, new Date(at));
        const endOf = (timetable: number | null): Candidate['windowEndsAt'] =>
          open.find(({ number }) => number === timetable)?.closesAt ?? null;
        const first = readyIn(0)
          .map((run) => ({ position: run.place, windowEndsAt: endOf(run.timetable) }))
          .toSorted(compareCandidates)
          .slice(0, count)
          .map(({ position }) => position);
        expect(await admitted(tx, cycle)).toEqual([...before, ...first].toSorted((a, b) => a - b));
      });
    }),
    { numRuns: 40 },
  );
});

it('P-05 P-13 P-14 given any queued runs, then each is counted once, under the reason that the rules give', async () => {
  const status = fc.constantFrom('running' as const, 'halted' as const, 'ending' as const);
  await fc.assert(
    fc.asyncProperty(drawnCycle, status, async ({ runs, open, openWaves }, cycleStatus) => {
      const tally = (reasons: readonly unknown[]) => reasons.map(String).toSorted();
      const queued = runs.filter((run) => run.status === 'queued');
      const wanted = queued.map((run) =>
        holdOf({ ...factsOf(run, open), waveOpen: run.wave < openWaves }, cycleStatus),
      );
      await withCycle(runs, async (tx, cycle) => {
        const found = await countQueued(tx, cycle);
        const given = found.flatMap(({ facts, runs: count }) =>
          Array.from({ length: count }, () => holdOfRun(facts, { status: cycleStatus, openWaves }, open)),
        );
        expect(tally(given)).toEqual(tally(wanted));
      });
    }),
    { numRuns: 40 },
  );
});

it('P-07 P-13 W-15 given any runs that were let start or go on, then the database takes the places of those that the rules name', async () => {
  await fc.assert(
    fc.asyncProperty(drawnCycle, async ({ runs, open }) => {
      await withCycle(runs, async (tx, cycle) => {
        await takeBackLate(tx, cycle, open, new Date(at - absentMs));
        const kept = runs.flatMap((run, place) => {
          const { admittedAt, status, connected, busy } = run;
          if (admittedAt === null) return [];
          const windowOpen = isOpen(open, run.timetable);
          return losesPlace({ status, admittedAt, windowOpen, connected, busy }, at) ? [] : [place];
        });
        expect(await admitted(tx, cycle)).toEqual(kept);
      });
    }),
    { numRuns: 40 },
  );
});
