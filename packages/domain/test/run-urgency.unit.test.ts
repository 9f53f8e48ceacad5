import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RunResult, runResults, runStatuses } from '../src/run/state.ts';
import { type RunStanding, urgencyOf } from '../src/run/urgency.ts';

const result = fc.constantFrom(...runResults);
const unfinished = fc.constantFrom(...runStatuses.filter((status) => status !== 'finished'));
const ended = (what: RunResult['result']): RunStanding => ({ status: 'finished', result: what });

it('P-14 given any runs then those that failed come first, then those under way, then those queued, then those that ended otherwise', () => {
  const run = fc.oneof(
    unfinished.map((status): RunStanding => ({ status, result: null })),
    result.map(ended),
  );
  const part = ({ status, result: what }: RunStanding): number => {
    if (what === 'failed') return 0;
    return status === 'finished' ? 3 : status === 'queued' ? 2 : 1;
  };
  fc.assert(
    fc.property(fc.array(run, { maxLength: 20 }), (runs) => {
      const parts = runs.toSorted((one, other) => urgencyOf(one) - urgencyOf(other)).map(part);
      expect(parts).toEqual(parts.toSorted((one, other) => one - other));
    }),
  );
});

it('P-14 given runs under way then whom a user keeps waiting comes first, and what is at work has one place', () => {
  const place = (status: (typeof runStatuses)[number]) => urgencyOf({ status, result: null });
  expect(place('awaitingUser')).toBeLessThan(place('running'));
  expect([place('retrying'), place('returning')]).toEqual([place('running'), place('running')]);
});

it('P-14 given runs that ended then each result has a place of its own, success the last', () => {
  const places = runResults.map((what) => urgencyOf(ended(what)));
  expect(new Set(places).size).toBe(runResults.length);
  expect(urgencyOf(ended('succeeded'))).toBe(Math.max(...places));
});
