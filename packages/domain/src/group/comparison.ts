import { extraOf, type GroupCondition, type GroupFact, tagOf } from './rule.ts';

/** How a condition compares. */
export type Comparison = GroupCondition['is'];

/** A fact's kind, and its own name where it has one: `tag.ring` is the tag `ring`. */
export function factParts(fact: GroupFact): { readonly kind: string; readonly name: string } {
  const tag = tagOf(fact);
  const extra = extraOf(fact);
  if (tag !== null) return { kind: 'tag', name: tag };
  return extra === null ? { kind: fact, name: '' } : { kind: 'extra', name: extra };
}

/** The comparisons that have a meaning for a fact (E-13); at least one. */
export function comparisonsOf(fact: GroupFact): readonly Comparison[] {
  const { kind } = factParts(fact);
  if (kind === 'address') return ['within', 'present'];
  if (kind === 'rebootNeeded') return ['equal', 'present'];
  if (kind === 'os') return ['equal', 'notEqual', 'oneOf'];
  const always: readonly Comparison[] = ['equal', 'notEqual', 'oneOf', 'like', 'present'];
  return ['osVersion', 'kernel', 'agentVersion', 'tag', 'extra'].includes(kind)
    ? [...always, 'atLeast', 'below']
    : always;
}
