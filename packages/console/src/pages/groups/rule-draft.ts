import { type Comparison, comparisonsOf, factParts } from '@patchbay/domain/group/comparison';
import {
  endpointFacts,
  factNamePattern,
  type GroupCondition,
  type GroupFact,
  type GroupRule,
} from '@patchbay/domain/group/rule';
import { groupRuleProblems } from '@patchbay/domain/group/rule-problems';
import { sentence } from '../../forms/field-errors.ts';

/** A rule that holds others. */
export type RuleTree = Exclude<GroupRule, GroupCondition>;

/** What a new condition asks. */
export const newCondition: GroupRule = { is: 'equal', fact: 'os', value: 'linux' };

/** The builder's root holds others; a rule that is one condition means the same within it. */
export function asTree(rule: GroupRule): RuleTree {
  return 'of' in rule ? rule : { is: 'all', of: [rule] };
}

/** The same condition about another fact, with a comparison that has a meaning for it. */
export function withFact(condition: GroupCondition, fact: GroupFact): GroupCondition {
  const possible = comparisonsOf(fact);
  const is = possible.includes(condition.is) ? condition.is : (possible[0] ?? 'present');
  const same = factParts(fact).kind === factParts(condition.fact).kind;
  const start = { os: 'linux', rebootNeeded: 'true' }[fact] ?? '';
  const value = same ? valuesOf(condition) : [start].filter((one) => one !== '');
  return conditionOf(fact, is, value);
}

/** The same condition with another comparison. */
export function withComparison(condition: GroupCondition, is: Comparison): GroupCondition {
  return conditionOf(condition.fact, is, valuesOf(condition));
}

function valuesOf(condition: GroupCondition): readonly string[] {
  if (condition.is === 'present') return [];
  return condition.is === 'oneOf' ? condition.values : [condition.value];
}

function conditionOf(fact: GroupFact, is: Comparison, values: readonly string[]): GroupCondition {
  if (is === 'present') return { is, fact };
  const given = values.filter((value) => value !== '');
  return is === 'oneOf' ? { is, fact, values: given } : { is, fact, value: given[0] ?? '' };
}

/** What is wrong with a rule while it is edited, by the path of its part (E-13); empty when it can be saved. */
export function ruleErrors(rule: GroupRule): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { path, message } of groupRuleProblems(rule)) {
    // Of many values, the field that holds all of them is marked.
    const field = path.replace(/\.values\.\d+$/, '.values');
    if (!found.has(field)) found.set(field, sentence(message));
  }
  addMissing(rule, 'rule', found);
  return found;
}

function addMissing(rule: GroupRule, path: string, found: Map<string, string>): void {
  if ('of' in rule) {
    if (rule.of.length === 0) found.set(path, 'Add a condition, or remove it');
    rule.of.forEach((one, index) => {
      addMissing(one, `${path}.of.${index}`, found);
    });
    return;
  }
  const { kind, name } = factParts(rule.fact);
  if (!isFact(kind) && !factNamePattern.test(name)) {
    found.set(`${path}.fact`, 'Give a name: letters, digits, and . _ - after the first letter');
  }
  if (rule.is === 'oneOf' && rule.values.length === 0) found.set(`${path}.values`, 'Give at least one value');
  if ('value' in rule && rule.value.trim() === '') found.set(`${path}.value`, 'Give a value');
}

function isFact(kind: string): boolean {
  return endpointFacts.some((one) => one === kind);
}
