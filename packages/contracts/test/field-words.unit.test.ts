import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldWords } from '../src/field-words.ts';
import { planInput } from '../src/plan.ts';

/** What is said of a value, as `path: message`. */
function said(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value, { error: fieldWords });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('words about wrong fields', () => {
  it.each([
    [{}, ['name: is missing']],
    [[], [': must have fields of its own']],
    [
      { name: '' },
      ['name: must not be empty', expect.stringContaining('must not begin or end with a blank')],
    ],
    [{ name: 5 }, ['name: must be text']],
    [{ name: 'P', emergency: 'yes' }, ['emergency: must be true or false']],
    [{ name: 'P', assignments: 'all' }, ['assignments: must be a list']],
    [
      { name: 'P', assignments: [{ endpoints: 'all', os: 'beos' }] },
      ['assignments.0.os: must be one of: linux, windows, aix, solaris'],
    ],
    [{ name: 'P', deadlineMinutes: 0 }, ['deadlineMinutes: must be at least 1']],
    [{ name: 'P', deadlineMinutes: 1.5 }, ['deadlineMinutes: must be a whole number']],
    [{ name: 'P', deadlineMinutes: 527_041 }, ['deadlineMinutes: must be at most 527040']],
    [{ name: 'P', schedule: { kind: 'soon' } }, ['schedule.kind: must be one of: now, at, recurring']],
    [
      { name: 'P', schedule: { kind: 'at', at: 'noon' } },
      [expect.stringMatching(/^schedule\.at: must be a time/)],
    ],
    [{ name: 'P', reportTo: ['nobody'] }, ['reportTo.0: must be a mail address']],
    [
      { name: 'P', rollout: { waves: [{ name: 'A', size: { kind: 'percent', percent: 0 } }] } },
      ['rollout.waves.0.size.percent: must be more than 0'],
    ],
  ])('S-07 given the plan %j then each wrong field is told in plain words', (plan, words) => {
    expect(said(planInput, plan)).toEqual(words);
  });

  it('S-07 given a schema with words of its own then these are said, and what is too long is told to be', () => {
    expect(said(z.string().regex(/^x/, 'must begin with x'), 'y')).toEqual([': must begin with x']);
    expect(said(planInput, { name: 'a'.repeat(121) })).toEqual(['name: must have at most 120 characters']);
    expect(said(z.literal('Plan'), 'Task')).toEqual([': must be Plan']);
  });
});
