import type { LibraryDocument } from '@patchbay/contracts/library-document';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import { wantedDefaults } from '@patchbay/domain/library/default-workflows';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { KnownLibrary } from './known-library.ts';

/** Which workflows are the defaults once the documents are applied. */
export interface WorkflowDefaults {
  /** The default workflow of each operating system, by key. */
  readonly defaults: ReadonlyMap<OperatingSystem, string>;
  /** The operating systems that get another one. */
  readonly changed: readonly OperatingSystem[];
}

/** Settles the defaults (L-40), and says it in each workflow's document. */
export function settledDefaults(
  documents: readonly LibraryDocument[],
  { names, keyOf }: KnownLibrary,
): WorkflowDefaults & { readonly documents: LibraryDocument[]; readonly problems: FieldProblem[] } {
  const known = names.flatMap((one) => (one.os === null ? [] : [{ ...one, os: one.os }]));
  const workflows = documents.flatMap((document, index) =>
    document.kind === 'Workflow'
      ? [{ index, key: keyOf(document.name), os: document.os, default: document.default }]
      : [],
  );
  const { defaults, problems } = wantedDefaults(workflows, known);
  const present = new Map(known.filter(({ isDefault }) => isDefault).map(({ os, key }) => [os, key]));
  return {
    defaults,
    changed: [...defaults].filter(([os, key]) => present.get(os) !== key).map(([os]) => os),
    documents: documents.map((document) =>
      document.kind === 'Workflow'
        ? { ...document, default: defaults.get(document.os) === keyOf(document.name) }
        : document,
    ),
    problems: problems.map(({ path, message }) => {
      const [workflow, field] = path.split('.');
      return { path: `documents.${workflows[Number(workflow)]?.index}.${field}`, message };
    }),
  };
}
