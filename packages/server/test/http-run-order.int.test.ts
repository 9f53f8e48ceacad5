import type { Page } from '@patchbay/contracts/page';
import type { RunSummary } from '@patchbay/contracts/run';
import { runResults, runStatuses } from '@patchbay/domain/run/state';
import { urgencyOf } from '@patchbay/domain/run/urgency';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();
const endpoints = 60;

beforeAll(async () => {
  const names = Array.from({ length: endpoints }, (_, index) => `order-${String(index).padStart(2, '0')}`);
  await http.endpoints('linux', ...names);
});

const standing = fc.oneof(
  fc.record({
    status: fc.constantFrom(...runStatuses.filter((status) => status !== 'finished')),
    result: fc.constant(null),
  }),
  fc.record({ status: fc.constant('finished' as const), result: fc.constantFrom(...runResults) }),
);
type Standing = Pick<RunSummary, 'status' | 'result'>;

/** A cycle whose runs stand so; returns its number. */
async function cycleOf(runs: readonly Standing[]): Promise<number> {
  const [cycle] = await http.column(
    `with cycle as (
       insert into cycles (kind, mode, opened_by, finished_at) values ('task', 'real', 'test', now()) returning id
     ), snapshot as (
       insert into snapshots (definition, works, os) values ('{"steps": []}', '{}', 'linux') returning id
     ), run as (
       insert into runs (cycle, snapshot, endpoint, status, result, opened_by, state)
       select cycle.id, snapshot.id, e.id, given.status, given.result, 'test', '{}'
       from cycle, snapshot, unnest($1::text[], $2::text[]) with ordinality as given (status, result, place)
       join (select id, row_number() over (order by name) as place from endpoints) as e using (place)
     )
     select id from cycle`,
    runs.map(({ status }) => status),
    runs.map(({ result }) => result),
  );
  return Number(cycle);
}

/** Clears the runs away: an endpoint works on one at a time. */
const clear = (cycle: number) => http.column('delete from runs where cycle = $1 returning id', cycle);

/** The whole list, read `limit` at a time. */
async function allRuns(query: string, limit: number): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  let cursor = '';
  for (;;) {
    const read = await http.ok<Page<RunSummary>>('GET', `runs?${query}&limit=${limit}${cursor}`);
    runs.push(...read.items);
    if (read.nextCursor === null) return runs;
    cursor = `&cursor=${read.nextCursor}`;
  }
}

it('P-14 given any runs of a cycle, when they are listed page by page, then each is there once, in the order of the rules, both ways', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(standing, { minLength: 1, maxLength: endpoints }),
      fc.integer({ min: 1, max: 25 }),
      async (standings, limit) => {
        const cycle = await cycleOf(standings);
        const byNumber = await allRuns(`cycle=${cycle}&sort=run`, 500);
        expect(byNumber.map(({ status, result }) => ({ status, result }))).toEqual(standings);
        const expected = byNumber
          .toSorted((one, other) => urgencyOf(one) - urgencyOf(other) || one.id - other.id)
          .map(({ id }) => id);
        const listed = await allRuns(`cycle=${cycle}&sort=urgency`, limit);
        expect(listed.map(({ id }) => id)).toEqual(expected);
        const backwards = await allRuns(`cycle=${cycle}&sort=-urgency`, limit);
        expect(backwards.map(({ id }) => id)).toEqual(expected.toReversed());
        await clear(cycle);
      },
    ),
    { numRuns: 15 },
  );
});

it('P-14 O-10 given a filter by status or result, when the runs are listed, then all that are meant are there', async () => {
  const standings: Standing[] = [
    ...runStatuses
      .filter((status) => status !== 'finished')
      .map((status): Standing => ({ status, result: null })),
    ...runResults.map((result): Standing => ({ status: 'finished', result })),
  ];
  const cycle = await cycleOf(standings);
  for (const status of runStatuses) {
    const wanted = standings.filter((one) => one.status === status).length;
    const listed = await allRuns(`cycle=${cycle}&status=${status}`, 50);
    expect(listed.map((one) => one.status)).toEqual(Array.from({ length: wanted }, () => status));
  }
  for (const result of runResults) {
    const listed = await allRuns(`cycle=${cycle}&result=${result}&sort=urgency`, 50);
    expect(listed.map((one) => one.result)).toEqual([result]);
  }
  const { status, problem } = await http.call('GET', `runs?cycle=${cycle}&sort=colour`);
  expect([status, problem.code]).toEqual([400, 'INVALID_INPUT']);
  await clear(cycle);
});
