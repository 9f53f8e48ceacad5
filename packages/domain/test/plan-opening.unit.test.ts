import { expect, it } from 'vitest';
import { changedSinceApproval, latenessInWords } from '../src/plan/opening.ts';

it('P-09 given a cycle that opens with another number of endpoints than was approved then both are told', () => {
  expect(changedSinceApproval({ endpoints: 2 }, 8)).toBe('it was approved for 2 endpoints and opens with 8');
  expect(changedSinceApproval({ endpoints: 8 }, 1)).toBe('it was approved for 8 endpoints and opens with 1');
  expect(changedSinceApproval({ endpoints: 8 }, 8)).toBeNull();
  expect(changedSinceApproval(null, 8)).toBeNull();
});

it('P-05 given a cycle that opens within minutes of its time then it is not late', () => {
  expect(latenessInWords(0, 60_000)).toBeNull();
  expect(latenessInWords(0, 600_000)).toBe('It opens 10 min late; its deadline counts from its time.');
});
