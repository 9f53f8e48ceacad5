import type { PatchSelection } from '@patchbay/contracts/activity-order';
import type { ApplicablePatch, PatchResult } from '@patchbay/contracts/inventory';

/** What a selection means on one endpoint. */
export interface SelectedPatches {
  readonly chosen: readonly ApplicablePatch[];
  /** Applicable patches that must not be installed, not even as something that a chosen one needs. */
  readonly excluded: readonly ApplicablePatch[];
  /** For what the selection lists and the endpoint has no use for. */
  readonly notApplicable: readonly PatchResult[];
}

/** Resolves a selection against the patches that are applicable now (E-05). Patch ids are `package=version`. */
export function selectPatches(
  applicable: readonly ApplicablePatch[],
  { which, ids, exclude }: PatchSelection,
): SelectedPatches {
  const excludes = new Set(exclude);
  const listed = new Set(ids);
  const isExcluded = (patch: ApplicablePatch): boolean =>
    excludes.has(patch.id) || excludes.has(patch.package) || excludes.has(withoutArchitecture(patch.package));
  const isChosen = (patch: ApplicablePatch): boolean => {
    switch (which) {
      case 'all':
        return true;
      case 'security':
        return patch.classification === 'security';
      case 'listed':
        return listed.has(patch.id);
    }
  };
  const excluded = applicable.filter(isExcluded);
  return {
    chosen: applicable.filter((patch) => isChosen(patch) && !isExcluded(patch)),
    excluded,
    notApplicable:
      which === 'listed'
        ? [...listed]
            .filter((id) => !applicable.some((patch) => patch.id === id && !isExcluded(patch)))
            .map((id) => notApplicable(id, applicable, excluded))
        : [],
  };
}

function notApplicable(
  id: string,
  applicable: readonly ApplicablePatch[],
  excluded: readonly ApplicablePatch[],
): PatchResult {
  const [name = id, version = ''] = id.split('=');
  const offered = applicable.find((patch) => patch.package === name);
  return {
    id,
    package: name,
    fromVersion: offered?.currentVersion ?? null,
    toVersion: version,
    outcome: 'notApplicable',
    security: offered?.classification === 'security',
    message: notApplicableReason(id, offered, excluded),
  };
}

function notApplicableReason(
  id: string,
  offered: ApplicablePatch | undefined,
  excluded: readonly ApplicablePatch[],
): string {
  if (excluded.some((patch) => patch.id === id)) return 'it is excluded';
  return offered === undefined
    ? 'the endpoint has no use for it: it is installed already, not installed at all, or held back'
    : `it is offered no more; version ${offered.version} is offered instead`;
}

/** `libc6:i386` is the package libc6 for a foreign architecture. */
function withoutArchitecture(name: string): string {
  return name.split(':')[0] ?? name;
}
