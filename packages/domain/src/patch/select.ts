import type { PatchClassification, PatchFilter, PatchSelection, PatchSeverity } from './selection.ts';

/** An applicable patch as far as a selection depends on it. */
export interface SelectablePatch {
  readonly id: string;
  readonly title: string;
  /** With the architecture where it is a foreign one: `libc6:i386`. */
  readonly package: string;
  readonly classification: PatchClassification;
  readonly severity: PatchSeverity;
  readonly cves: readonly string[];
  /** When any endpoint of the installation reported it first, epoch milliseconds. */
  readonly firstSeenAt: number;
}

/** Why an applicable patch is not meant. */
export type LeftOut = 'notChosen' | 'excluded' | 'tooYoung';

/** What a selection means among an endpoint's applicable patches; every patch is in exactly one part. */
export interface SelectedPatches<Patch> {
  readonly chosen: readonly Patch[];
  readonly leftOut: readonly { readonly patch: Patch; readonly why: LeftOut }[];
}

const day = 24 * 3_600_000;

/** Which of an endpoint's applicable patches a plan means at this moment (P-02). */
export function selectPatches<Patch extends SelectablePatch>(
  applicable: readonly Patch[],
  selection: PatchSelection<PatchFilter>,
  now: number,
): SelectedPatches<Patch> {
  const isChosen = choiceOf(selection);
  const excluded = new Set(selection.exclude);
  const youngest = now - selection.minimumAgeDays * day;
  const chosen: Patch[] = [];
  const leftOut: { patch: Patch; why: LeftOut }[] = [];
  for (const patch of applicable) {
    if (!isChosen(patch)) leftOut.push({ patch, why: 'notChosen' });
    else if (isExcluded(patch, excluded)) leftOut.push({ patch, why: 'excluded' });
    else if (selection.minimumAgeDays > 0 && patch.firstSeenAt > youngest) {
      leftOut.push({ patch, why: 'tooYoung' });
    } else chosen.push(patch);
  }
  return { chosen, leftOut };
}

/** Whether a patch is named by its id, its package, or its package whatever the architecture. */
function isExcluded(patch: SelectablePatch, excluded: ReadonlySet<string>): boolean {
  const [withoutArchitecture = patch.package] = patch.package.split(':');
  return excluded.has(patch.id) || excluded.has(patch.package) || excluded.has(withoutArchitecture);
}

function choiceOf({ choice }: PatchSelection<PatchFilter>): (patch: SelectablePatch) => boolean {
  switch (choice.which) {
    case 'all':
      return () => true;
    case 'matching':
      return (patch) => passesFilter(patch, { ...choice, text: '' });
    case 'filter':
      return (patch) => passesFilter(patch, choice.filter);
    case 'listed': {
      const listed = new Set(choice.ids);
      return ({ id }) => listed.has(id);
    }
  }
}

/** Whether a patch passes a filter (P-02). */
export function passesFilter(
  patch: Omit<SelectablePatch, 'firstSeenAt'>,
  { classifications, severities, text }: PatchFilter,
): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    (classifications.length === 0 || classifications.includes(patch.classification)) &&
    (severities.length === 0 || severities.includes(patch.severity)) &&
    (wanted === '' ||
      [patch.id, patch.title, patch.package, ...patch.cves].some((part) =>
        part.toLowerCase().includes(wanted),
      ))
  );
}
