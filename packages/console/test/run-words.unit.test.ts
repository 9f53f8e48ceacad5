import { expect, it } from 'vitest';
import { unstarted } from '../src/pages/runs/run-words.ts';

it('P-13 P-14 given a run that was skipped or cancelled before it started, then its start is never, not still to come', () => {
  expect(unstarted({ finishedAt: null })).toBe('not yet');
  expect(unstarted({ finishedAt: '2026-01-15T21:00:00.000Z' })).toBe('never');
});
