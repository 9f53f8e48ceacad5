import { comparisonsOf } from '@patchbay/domain/group/comparison';
import { endpointFacts } from '@patchbay/domain/group/rule';
import { groupRuleProblems } from '@patchbay/domain/group/rule-problems';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const facts = fc.constantFrom(...endpointFacts, 'tag.ring', 'extra.codename');
const comparisons = fc.constantFrom(
  ...(['present', 'equal', 'notEqual', 'like', 'atLeast', 'below', 'within', 'oneOf'] as const),
);

describe('E-13 the comparisons that are offered for a fact', () => {
  it('are never refused as comparisons, and none that is refused is offered', () => {
    fc.assert(
      fc.property(facts, comparisons, (fact, is) => {
        const condition =
          is === 'present'
            ? { is, fact }
            : is === 'oneOf'
              ? { is, fact, values: ['1.0'] }
              : { is, fact, value: '10.1.0.0/16' };
        const isRefused = groupRuleProblems(condition).some(({ path }) => path === 'rule.is');
        expect(isRefused && comparisonsOf(fact).includes(is)).toBe(false);
      }),
    );
  });

  it.each([
    ['os', ['equal', 'notEqual', 'oneOf']],
    ['rebootNeeded', ['equal', 'present']],
    ['address', ['within', 'present']],
    ['hostname', ['equal', 'notEqual', 'oneOf', 'like', 'present']],
    ['tag.ring', ['equal', 'notEqual', 'oneOf', 'like', 'present', 'atLeast', 'below']],
  ] as const)('are those that mean something for %s', (fact, possible) => {
    expect(comparisonsOf(fact)).toEqual(possible);
  });
});
