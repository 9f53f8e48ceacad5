import type { FieldProblem } from '../field-problem.ts';
import { operatingSystems } from '../operating-system.ts';
import { parseNetwork } from './network.ts';
import { type GroupCondition, type GroupRule, mostConditions } from './rule.ts';
import { versionNumbers } from './version-numbers.ts';

/** Everything that is wrong with a group's rule, one message per field (E-13); paths begin with `rule`. */
export function groupRuleProblems(rule: GroupRule): FieldProblem[] {
  const conditions = conditionsOf(rule, 'rule');
  if (conditions.length > mostConditions) {
    const message = `has ${conditions.length} conditions; ${mostConditions} are possible: "is": "oneOf" takes many values`;
    return [{ path: 'rule', message }];
  }
  return conditions.flatMap(({ condition, path }) => conditionProblems(condition, path));
}

interface PlacedCondition {
  readonly condition: GroupCondition;
  readonly path: string;
}

function conditionsOf(rule: GroupRule, path: string): PlacedCondition[] {
  return 'of' in rule
    ? rule.of.flatMap((one, index) => conditionsOf(one, `${path}.of.${index}`))
    : [{ condition: rule, path }];
}

function conditionProblems(condition: GroupCondition, path: string): FieldProblem[] {
  const { fact, is } = condition;
  if (fact === 'address' && is !== 'within' && is !== 'present') {
    return [
      { path: `${path}.is`, message: 'must be "within" or "present": an endpoint has several addresses' },
    ];
  }
  if (is === 'within') {
    if (fact !== 'address') return [{ path: `${path}.is`, message: '"within" is for the fact "address"' }];
    if (parseNetwork(condition.value) !== null) return [];
    return [{ path: `${path}.value`, message: 'must be a network such as 10.1.0.0/16, or an address' }];
  }
  if (is === 'atLeast' || is === 'below') {
    return versionNumbers(condition.value).length > 0
      ? []
      : [{ path: `${path}.value`, message: 'must be a version, with a number in it' }];
  }
  const possible = possibleValues(fact);
  if (possible === null || is === 'present' || is === 'like') return [];
  const values = is === 'oneOf' ? condition.values : [condition.value];
  return values.flatMap((value, index): FieldProblem[] =>
    possible.includes(value.toLowerCase())
      ? []
      : [
          {
            path: is === 'oneOf' ? `${path}.values.${index}` : `${path}.value`,
            message: `must be one of: ${possible.join(', ')}`,
          },
        ],
  );
}

function possibleValues(fact: string): readonly string[] | null {
  if (fact === 'os') return operatingSystems;
  return fact === 'rebootNeeded' ? ['true', 'false'] : null;
}
