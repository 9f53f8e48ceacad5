import { type OperatingSystem, operatingSystems } from '../operating-system.ts';

/** One part of a selector. */
export type SelectorTerm =
  | { readonly kind: 'all' }
  /** By name or id. */
  | { readonly kind: 'endpoint'; readonly endpoint: string }
  /** By name or id. */
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'tag'; readonly tag: string; readonly value: string }
  | { readonly kind: 'os'; readonly os: OperatingSystem };

/** Which endpoints are meant: those that any of the terms names. */
export type Selector = readonly SelectorTerm[];

type Parsed =
  | { readonly ok: true; readonly selector: Selector }
  | { readonly ok: false; readonly problem: string };

const forms = 'all, endpoint:NAME, group:NAME, tag:k=v, os:linux';

/** Reads a selector: terms with commas between them, such as `os:linux,tag:ring=pilot`. */
export function parseSelector(text: string): Parsed {
  const terms: SelectorTerm[] = [];
  for (const part of text.split(',')) {
    const term = parseTerm(part.trim());
    if (typeof term === 'string') return { ok: false, problem: term };
    terms.push(term);
  }
  return { ok: true, selector: terms };
}

function parseTerm(term: string): SelectorTerm | string {
  if (term === 'all') return { kind: 'all' };
  const colon = term.indexOf(':');
  const kind = colon < 0 ? '' : term.slice(0, colon);
  const rest = term.slice(colon + 1).trim();
  if (kind !== '' && rest === '') return `"${term}" says nothing after the colon`;
  switch (kind) {
    case 'endpoint':
      return { kind, endpoint: rest };
    case 'os': {
      const os = operatingSystems.find((one) => one === rest.toLowerCase());
      return os ? { kind, os } : `"${rest}" is not an operating system: use ${operatingSystems.join(', ')}`;
    }
    case 'tag': {
      const equals = rest.indexOf('=');
      return equals < 1
        ? `"${term}" must be tag:NAME=VALUE`
        : { kind, tag: rest.slice(0, equals), value: rest.slice(equals + 1) };
    }
    case 'group':
      return { kind, group: rest };
    default:
      return term === ''
        ? `a selector is empty between commas; use ${forms}`
        : `"${term}" is not a selector; use ${forms}`;
  }
}
