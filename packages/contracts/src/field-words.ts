import type { z } from 'zod';

/**
 * What is wrong with a field, in words that go on after its name: `must be one of: linux, windows` (S-07). Handed to a parse
 * as its `error`; what a schema says itself comes before it. Nothing for what has no better words than zod's.
 */
export function fieldWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return types[issue.expected];
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      return Array.isArray(issue.options) ? oneOf(issue.options) : undefined;
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', Number(issue.maximum));
    case 'invalid_format':
      return formats[issue.format];
    default:
      return undefined;
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must have fields of its own',
  record: 'must have fields of its own',
};

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be a time with its zone, such as 2026-11-24T22:00:00Z',
  email: 'must be a mail address',
  uuid: 'must be an id, such as 123e4567-e89b-42d3-a456-426614174000',
};

function oneOf(values: readonly unknown[]): string {
  return values.length === 1
    ? `must be ${String(values[0])}`
    : `must be one of: ${values.map(String).join(', ')}`;
}

function bound(origin: string, comparison: string, limit: number): string {
  const counted = countedIn[origin];
  if (counted === undefined) return `must be ${comparison} ${limit}`;
  if (comparison === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${comparison} ${limit} ${counted}`;
}

const countedIn: Readonly<Record<string, string>> = { string: 'characters', array: 'entries' };
