import { type SelectablePatch, selectPatches } from './select.ts';
import type { PatchFilter, PatchSelection } from './selection.ts';

/** Which patches the patch operation is to install, as the endpoint is told. */
export interface PatchesToInstall {
  readonly which: 'all' | 'security' | 'listed';
  readonly ids: string[];
  readonly exclude: string[];
}

/**
 * How a plan's selection reaches an endpoint (P-02). What an agent can tell by itself is sent as a rule, so that it
 * holds for what the endpoint is offered at that moment, which may be newer than its last scan: all patches, or all
 * security patches, minus exclusions. Everything else depends on what only the server knows (how long a patch has
 * been known, saved filters) or on more than an agent is asked to judge: the server resolves it, when the patch
 * operation is ordered, to the ids of the endpoint's last scan. Of these, what is offered no more by then comes back as
 * `notApplicable`, and what is offered only since then is left for the next cycle: nobody has seen it, and it is young.
 */
export function orderedSelection(
  selection: PatchSelection<PatchFilter>,
  applicable: readonly SelectablePatch[],
  now: number,
): PatchesToInstall {
  const which = ruleOf(selection);
  const exclude = [...selection.exclude];
  if (which !== null) return { which, ids: [], exclude };
  const ids =
    selection.choice.which === 'listed' && selection.minimumAgeDays === 0
      ? [...selection.choice.ids]
      : selectPatches(applicable, selection, now).chosen.map(({ id }) => id);
  return { which: 'listed', ids, exclude };
}

/** Whether the same order goes to every endpoint, so that the server need not know what is applicable to it. */
export function isResolvedPerEndpoint(selection: PatchSelection<unknown>): boolean {
  return ruleOf(selection) === null && (selection.choice.which !== 'listed' || selection.minimumAgeDays > 0);
}

function ruleOf({ choice, minimumAgeDays }: PatchSelection<unknown>): 'all' | 'security' | null {
  if (minimumAgeDays > 0) return null;
  if (choice.which === 'all') return 'all';
  if (choice.which !== 'matching' || choice.severities.length > 0) return null;
  if (choice.classifications.length === 0) return 'all';
  return choice.classifications.every((one) => one === 'security') ? 'security' : null;
}
