import type { FieldProblem } from '../field-problem.ts';

/** One thing of the library as a document, names of other things as they will be (L-52). */
export interface KeyedDocument<Kind extends string> {
  readonly kind: Kind;
  readonly name: string;
  /** The name as names are compared: two things of a kind never have the same. */
  readonly key: string;
  /** What is compared, by field; JSON values. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One difference between the library as it is and as it is wanted. */
export type LibraryChange<Kind extends string> =
  | { readonly change: 'created'; readonly wanted: KeyedDocument<Kind> }
  | {
      readonly change: 'changed';
      readonly wanted: KeyedDocument<Kind>;
      /** The fields that differ, at least one. */
      readonly fields: readonly string[];
    }
  | { readonly change: 'deleted'; readonly stored: KeyedDocument<Kind> };

/** All differences, and what has none. */
export interface LibraryChanges<Kind extends string> {
  /** In an order in which they can be carried out: what others name is there first and goes last. */
  readonly changes: readonly LibraryChange<Kind>[];
  readonly unchanged: number;
  /** What is stored and not wanted, and stays. */
  readonly others: readonly KeyedDocument<Kind>[];
}

/**
 * What makes the library as it is stored the one that is wanted (L-52). `order` names every kind, each one after the
 * kinds that it refers to. What is not wanted goes only with `prune`. Another name is another thing: the old one is
 * deleted, the new one created.
 */
export function libraryChanges<Kind extends string>(
  order: readonly Kind[],
  stored: readonly KeyedDocument<Kind>[],
  wanted: readonly KeyedDocument<Kind>[],
  prune: boolean,
): LibraryChanges<Kind> {
  const before = byKindAndKey(stored);
  const described = byKindAndKey(wanted);
  const others = stored.filter((document) => !described.has(identity(document)));
  const saved = wanted.flatMap((document): LibraryChange<Kind>[] => {
    const old = before.get(identity(document));
    if (old === undefined) return [{ change: 'created', wanted: document }];
    const fields = changedFields(old, document);
    return fields.length === 0 ? [] : [{ change: 'changed', wanted: document, fields }];
  });
  const deleted = prune ? others.map((document) => ({ change: 'deleted', stored: document }) as const) : [];
  return {
    changes: [
      ...order.flatMap((kind) => saved.filter((change) => kindOf(change) === kind)),
      ...order.toReversed().flatMap((kind) => deleted.filter((change) => kindOf(change) === kind)),
    ],
    unchanged: wanted.length - saved.length,
    others: prune ? [] : others,
  };
}

/** The first document that has a name is right, later ones are not; `path` counts the documents. */
export function repeatedNames(documents: readonly KeyedDocument<string>[]): FieldProblem[] {
  const seen = new Set<string>();
  return documents.flatMap((document, index) => {
    const isFirst = !seen.has(identity(document));
    seen.add(identity(document));
    const message = `an earlier ${document.kind} has the same name`;
    return isFirst ? [] : [{ path: `documents.${index}.name`, message }];
  });
}

function kindOf<Kind extends string>(change: LibraryChange<Kind>): Kind {
  return change.change === 'deleted' ? change.stored.kind : change.wanted.kind;
}

function identity({ kind, key }: KeyedDocument<string>): string {
  return `${kind} ${key}`;
}

function byKindAndKey<Kind extends string>(documents: readonly KeyedDocument<Kind>[]) {
  return new Map(documents.map((document) => [identity(document), document]));
}

function changedFields(before: KeyedDocument<string>, after: KeyedDocument<string>): string[] {
  const fields = new Set([...Object.keys(after.fields), ...Object.keys(before.fields)]);
  return [...fields].filter((field) => !sameJson(before.fields[field], after.fields[field]));
}

/** Whether two JSON values are the same; the order of an object's fields does not matter. */
function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
