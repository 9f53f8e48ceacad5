import { folded } from '@patchbay/domain/group/folded';
import { isWithin, parseAddress, parseNetwork } from '@patchbay/domain/group/network';
import {
  extraOf,
  type GroupCondition,
  type GroupFact,
  type GroupRule,
  tagOf,
} from '@patchbay/domain/group/rule';
import { compareVersions, versionNumbers } from '@patchbay/domain/group/version-numbers';
import { isLike } from './group-wildcard.ts';

/** What rules can ask about an endpoint. */
export interface EndpointFacts {
  readonly name: string;
  readonly hostname: string;
  readonly os: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly addresses: readonly string[];
  readonly timeZone: string;
  readonly agentVersion: string;
  /** Null while it is not known. */
  readonly rebootNeeded: boolean | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly extra: Readonly<Record<string, string>>;
}

/** Whether an endpoint belongs to the group of a rule (E-13). The database answers the same by its own means. */
export function matches(rule: GroupRule, endpoint: EndpointFacts): boolean {
  switch (rule.is) {
    case 'all':
      return rule.of.every((one) => matches(one, endpoint));
    case 'any':
      return rule.of.some((one) => matches(one, endpoint));
    case 'none':
      return !rule.of.some((one) => matches(one, endpoint));
    default:
      return meets(rule, endpoint);
  }
}

function meets(condition: GroupCondition, endpoint: EndpointFacts): boolean {
  const { fact } = condition;
  if (fact === 'address') return meetsAddress(condition, endpoint.addresses);
  const same = tagOf(fact) === null ? folded : (text: string) => text;
  const known = valueOf(fact, endpoint);
  const value = same(known);
  switch (condition.is) {
    case 'present':
      return value !== '';
    case 'equal':
      return value !== '' && value === same(condition.value);
    case 'notEqual':
      return value === '' || value !== same(condition.value);
    case 'like':
      return value !== '' && isLike(value, same(condition.value));
    case 'oneOf':
      return value !== '' && condition.values.some((one) => same(one) === value);
    case 'atLeast':
    case 'below': {
      const numbers = versionNumbers(known);
      if (numbers.length === 0) return false;
      const isBelow = compareVersions(numbers, versionNumbers(condition.value)) < 0;
      return isBelow === (condition.is === 'below');
    }
    case 'within':
      return false;
  }
}

function meetsAddress(condition: GroupCondition, addresses: readonly string[]): boolean {
  const parsed = addresses.map(parseAddress).filter((address) => address !== null);
  if (condition.is === 'present') return parsed.length > 0;
  const network = condition.is === 'within' ? parseNetwork(condition.value) : null;
  return network !== null && parsed.some((address) => isWithin(address, network));
}

/** Empty when it is not known. */
function valueOf(fact: GroupFact, endpoint: EndpointFacts): string {
  const [tag, extra] = [tagOf(fact), extraOf(fact)];
  if (tag !== null) return Object.hasOwn(endpoint.tags, tag) ? (endpoint.tags[tag] ?? '') : '';
  if (extra !== null) return Object.hasOwn(endpoint.extra, extra) ? (endpoint.extra[extra] ?? '') : '';
  if (fact === 'rebootNeeded') return String(endpoint.rebootNeeded ?? '');
  const value = new Map<string, unknown>(Object.entries(endpoint)).get(fact);
  return typeof value === 'string' ? value : '';
}
