import type { Plan } from '@patchbay/contracts/plan';
import { expect, it } from 'vitest';
import { waitsFor } from '../src/waits-for.ts';

const waiting = (progress: Partial<Plan['progress']>) =>
  waitsFor({ progress: { status: 'waiting', waitsFor: null, reason: null, verdict: null, ...progress } });

it('P-12 given a plan that waits then it is said what for, with a time where there is one', () => {
  const at = '2026-01-15T21:00:00Z';
  expect(waiting({ waitsFor: { what: 'window', at } })).toMatch(/^its window at 2026-01-1/);
  expect(waiting({ waitsFor: { what: 'endpoints', at: null, held: 'offline', why: 'are offline' } })).toBe(
    'its endpoints, which are offline',
  );
  expect(waiting({ status: 'awaitingApproval' })).toBe('an approval');
  expect(waiting({ status: 'running' })).toBeNull();
});
