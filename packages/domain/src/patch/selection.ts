/** How a patch is classified, and how severe what it mends is, as its source says (E-03). */
export const patchClassifications = ['security', 'bugfix', 'enhancement', 'other'] as const;
export type PatchClassification = (typeof patchClassifications)[number];
export const patchSeverities = ['critical', 'important', 'moderate', 'low', 'unknown'] as const;
export type PatchSeverity = (typeof patchSeverities)[number];

/**
 * A filter over patches, as it is saved under a name (P-02). Each field narrows; an empty list or text does not.
 * `text` is looked for in id, title, package and CVEs, whatever its case.
 */
export interface PatchFilter {
  readonly classifications: readonly PatchClassification[];
  readonly severities: readonly PatchSeverity[];
  readonly text: string;
}

/** Which patches are meant before anything is taken away (P-02). `filter` names a saved filter. */
export type PatchChoice<Filter = string> =
  | { readonly which: 'all' }
  | {
      readonly which: 'matching';
      /** Empty: of any classification. */
      readonly classifications: readonly PatchClassification[];
      /** Empty: of any severity. */
      readonly severities: readonly PatchSeverity[];
    }
  | { readonly which: 'filter'; readonly filter: Filter }
  | { readonly which: 'listed'; readonly ids: readonly string[] };

/**
 * Which of an endpoint's applicable patches a plan means (P-02). A plan keeps the saved filter's name or id as `Filter`;
 * what is frozen with a cycle holds the filter itself (L-49).
 */
export interface PatchSelection<Filter = string> {
  readonly choice: PatchChoice<Filter>;
  /** Patch ids or package names that are never installed. */
  readonly exclude: readonly string[];
  /** Leaves out patches that have been known to the installation for fewer days; 0 leaves out none. */
  readonly minimumAgeDays: number;
}

/** All applicable patches: what a new plan means. */
export const allPatches: PatchSelection<never> = {
  choice: { which: 'all' },
  exclude: [],
  minimumAgeDays: 0,
};
