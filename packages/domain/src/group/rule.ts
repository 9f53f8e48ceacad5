/** Facts of an endpoint that rules ask for by name; `tag.NAME` and `extra.NAME` are others (E-13). */
export const endpointFacts = [
  'name',
  'hostname',
  'os',
  'osName',
  'osVersion',
  'kernel',
  'architecture',
  'address',
  'timeZone',
  'agentVersion',
  'rebootNeeded',
] as const;

/** What a tag or a further fact may be called. */
export const factNamePattern = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** A fact by its name in rules: one of {@link endpointFacts}, `tag.NAME`, or `extra.NAME` of the inventory. */
export type GroupFact = string;

/**
 * What a condition asks of a fact. Upper and lower case are the same, except in tags. A fact that is not known, or is
 * empty, meets no condition but `notEqual`.
 */
export type GroupCondition =
  | { readonly is: 'present'; readonly fact: GroupFact }
  /**
   * `like`: `*` stands for any characters, `?` for one. `atLeast` and `below` compare the numbers of versions: 9.10 is
   * above 9.9. `within`: one of the endpoint's addresses is in the network, such as `10.1.0.0/16`.
   */
  | {
      readonly is: 'equal' | 'notEqual' | 'like' | 'atLeast' | 'below' | 'within';
      readonly fact: GroupFact;
      readonly value: string;
    }
  | { readonly is: 'oneOf'; readonly fact: GroupFact; readonly values: readonly string[] };

/** Which endpoints belong to a group (E-13): a condition, or all, any or none of several rules. */
export type GroupRule =
  | GroupCondition
  | { readonly is: 'all' | 'any' | 'none'; readonly of: readonly GroupRule[] };

/** How deep rules may be within each other. */
export const deepestRule = 4;

/** Conditions of one rule. */
export const mostConditions = 200;

/** The tag that a fact means. */
export function tagOf(fact: GroupFact): string | null {
  return fact.startsWith('tag.') ? fact.slice('tag.'.length) : null;
}

/** The further fact of the inventory that a fact means. */
export function extraOf(fact: GroupFact): string | null {
  return fact.startsWith('extra.') ? fact.slice('extra.'.length) : null;
}
