import { extraOf, type GroupCondition, type GroupFact, type GroupRule, tagOf } from './rule.ts';

const factNames: Readonly<Record<string, string>> = {
  os: 'operating system',
  osName: 'name of the operating system',
  osVersion: 'version of the operating system',
  timeZone: 'time zone',
  agentVersion: 'agent version',
  rebootNeeded: 'reboot needed',
};

const mostValues = 5;

/** A group's rule as a sentence for people, such as `operating system is linux, and tag ring is pilot`. */
export function ruleInWords(rule: GroupRule): string {
  if (!('of' in rule)) return conditionInWords(rule);
  const parts = rule.of.map((one) =>
    'of' in one && one.of.length > 1 ? `(${ruleInWords(one)})` : ruleInWords(one),
  );
  if (rule.is === 'none') return `not (${parts.join(', or ')})`;
  return parts.join(rule.is === 'all' ? ', and ' : ', or ');
}

function conditionInWords(condition: GroupCondition): string {
  const fact = factInWords(condition.fact);
  switch (condition.is) {
    case 'present':
      return `${fact} is known`;
    case 'equal':
      return `${fact} is ${condition.value}`;
    case 'notEqual':
      return `${fact} is not ${condition.value}`;
    case 'like':
      return `${fact} is like ${condition.value}`;
    case 'oneOf':
      return `${fact} is one of ${listed(condition.values)}`;
    case 'atLeast':
      return `${fact} is ${condition.value} or later`;
    case 'below':
      return `${fact} is before ${condition.value}`;
    case 'within':
      return `${fact} is within ${condition.value}`;
  }
}

function factInWords(fact: GroupFact): string {
  const [tag, extra] = [tagOf(fact), extraOf(fact)];
  if (tag !== null) return `tag ${tag}`;
  return extra ?? factNames[fact] ?? fact;
}

function listed(values: readonly string[]): string {
  const more = values.length - mostValues;
  const shown = values.slice(0, mostValues).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
