import type { PatchFilterInput } from '@patchbay/contracts/patch-filter';
import { useRefusal } from '../../api/session.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { newPatchFilter, PatchFilterEditor } from './patch-filter-editor.tsx';

/** Makes a patch filter (P-02). */
export function NewPatchFilterPage() {
  const refusal = useRefusal()('patchFilter.write');
  const creation = useCreation<PatchFilterInput>({ noun: 'patch-filters', page: paths.patchFilter });
  return (
    <Page title="New patch filter" trail={[{ label: 'Patch filters', to: paths.patchFilters }]}>
      <PatchFilterEditor initial={newPatchFilter} refusal={refusal} saving={creation} />
    </Page>
  );
}
