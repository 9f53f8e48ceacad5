import { folded } from '@patchbay/domain/group/folded';
import {
  extraOf,
  type GroupCondition,
  type GroupFact,
  type GroupRule,
  tagOf,
} from '@patchbay/domain/group/rule';
import { versionNumbers } from '@patchbay/domain/group/version-numbers';
import type { Where } from './where.ts';

const columns: Readonly<Record<string, string>> = {
  name: 'e.name',
  hostname: 'e.hostname',
  os: 'e.os',
  osName: 'e.os_name',
  osVersion: 'e.os_version',
  kernel: 'e.kernel',
  architecture: 'e.architecture',
  timeZone: 'e.time_zone',
  agentVersion: 'e.agent_version',
  rebootNeeded: 'e.reboot_needed',
};

/** Their numbers are kept beside them. */
const versions: Readonly<Record<string, string>> = {
  osVersion: 'e.os_version_numbers',
  kernel: 'e.kernel_numbers',
  agentVersion: 'e.agent_version_numbers',
};

/** The condition that the endpoint `e` belongs to the group of a rule (E-13): true or false, never null. */
export function groupCondition(where: Where, rule: GroupRule): string {
  if (!('of' in rule)) return conditionSql(where, rule);
  const parts = rule.of.map((one) => groupCondition(where, one));
  if (rule.is === 'none') return `not (${parts.join(' or ')})`;
  return `(${parts.join(rule.is === 'all' ? ' and ' : ' or ')})`;
}

function conditionSql(where: Where, condition: GroupCondition): string {
  const { fact, is } = condition;
  if (is === 'within') {
    return fact === 'address'
      ? `coalesce(${where.value(condition.value)}::inet >>= any (e.addresses), false)`
      : 'false';
  }
  if (fact === 'address') return is === 'present' ? 'coalesce(cardinality(e.addresses) > 0, false)' : 'false';
  const raw = valueSql(where, fact);
  const isTag = tagOf(fact) !== null;
  // Only A to Z are folded, as the rules do it.
  const known = isTag ? raw : `lower(${raw} collate "C")`;
  const same = (value: string): string => (isTag ? value : folded(value));
  switch (is) {
    case 'present':
      return `coalesce(${raw} <> '', false)`;
    case 'equal':
      return `coalesce(${known} = ${where.value(same(condition.value))}, false)`;
    case 'notEqual':
      return `coalesce(${known} <> ${where.value(same(condition.value))}, true)`;
    case 'like':
      return `coalesce(${raw} <> '' and ${known} like ${where.value(likePattern(same(condition.value)))}, false)`;
    case 'oneOf':
      return `coalesce(${known} = any (${where.value(condition.values.map(same))}::text[]), false)`;
    case 'atLeast':
    case 'below': {
      const numbers = where.value(`{${versionNumbers(condition.value).join()}}`);
      const ofFact = versions[fact] ?? `version_numbers(${raw})`;
      return `coalesce(${ofFact} ${is === 'below' ? '<' : '>='} ${numbers}::numeric[], false)`;
    }
  }
}

function valueSql(where: Where, fact: GroupFact): string {
  const [tag, extra] = [tagOf(fact), extraOf(fact)];
  if (tag !== null) return `(e.tags ->> ${where.value(tag)}::text)`;
  if (extra !== null) return `(e.extra ->> ${where.value(extra)}::text)`;
  const column = columns[fact];
  if (column === undefined) throw new Error(`"${fact}" is not a fact of an endpoint`);
  return column;
}

function likePattern(pattern: string): string {
  return pattern
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}
