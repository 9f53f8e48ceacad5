/** Why a thing of the library may not be changed or deleted; `code` is the error catalogue's. */
export interface Refusal {
  readonly code: 'BUILT_IN' | 'IN_USE';
  readonly detail: string;
}

/** The kinds of things that the library holds. */
export type LibraryKind = 'script' | 'task' | 'workflow' | 'group' | 'window' | 'patchFilter' | 'plan';

/** What a kind is called in a sentence. */
export function kindInWords(kind: LibraryKind | 'schedule'): string {
  return kind === 'patchFilter' ? 'patch filter' : kind;
}

/** The part of a thing of the library that decides whether it may be touched. */
export interface LibraryThing {
  readonly kind: LibraryKind;
  readonly name: string;
  readonly origin: 'builtIn' | 'personal';
}

/** Built-in things are read-only (L-01, L-24); null when it may be edited. */
export function editRefusal(thing: LibraryThing): Refusal | null {
  return thing.origin === 'personal'
    ? null
    : {
        code: 'BUILT_IN',
        detail: `The ${kindInWords(thing.kind)} "${thing.name}" is built in and cannot be edited.`,
      };
}

/**
 * Whether a thing may be deleted (L-10, L-25, L-48): not when it is built in, not when it is the default of
 * `defaultOf`, and not while something uses it; the refusal lists all uses.
 */
export function deletionRefusal(
  thing: LibraryThing,
  uses: readonly { readonly kind: LibraryKind | 'schedule'; readonly name: string }[],
  defaultOf: string | null = null,
): Refusal | null {
  const subject = `The ${kindInWords(thing.kind)} "${thing.name}"`;
  if (thing.origin === 'builtIn') {
    return { code: 'BUILT_IN', detail: `${subject} is built in and cannot be deleted.` };
  }
  const reasons = [
    ...(defaultOf === null ? [] : [`it is the default of ${defaultOf}`]),
    ...(uses.length === 0
      ? []
      : [`it is used by ${uses.map((use) => `the ${use.kind} "${use.name}"`).join(', ')}`]),
  ];
  return reasons.length === 0
    ? null
    : { code: 'IN_USE', detail: `${subject} cannot be deleted: ${reasons.join(', and ')}.` };
}

/** The names to try for a copy, the next when one is taken: `Drain (copy)`, `Drain (copy 2)`, … (L-47). */
export function copyName(name: string, attempt: number, longest: number): string {
  const suffix = attempt === 1 ? ' (copy)' : ` (copy ${attempt})`;
  return `${name.slice(0, longest - suffix.length).trimEnd()}${suffix}`;
}
