import type { PatchFilterInput, SavedPatchFilter } from '@patchbay/contracts/patch-filter';
import { IconTrash } from '@tabler/icons-react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { patchFilterKind } from '../../forms/library-kinds.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { UsedBy } from '../../forms/used-by.tsx';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { PatchFilterEditor, patchFilterDraft, patchFilterText } from './patch-filter-editor.tsx';

/** A patch filter to read or to change: what it matches now, and the plans that use it (P-02). */
export function PatchFilterPage() {
  const query = useAddressedThing<SavedPatchFilter>('patch-filters');
  return <Thing query={query}>{(loaded) => <PatchFilterView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function PatchFilterView({ loaded }: { readonly loaded: Tagged<SavedPatchFilter> }) {
  const { name, updatedAt, updatedBy, usedBy } = loaded.value;
  const refusal = useRefusal()('patchFilter.write');
  const { remove } = useLibraryDeeds(patchFilterKind);
  const edit = useTaggedEdit<SavedPatchFilter, PatchFilterInput>({
    loaded,
    noun: 'patch-filters',
    textOf: patchFilterText,
  });
  return (
    <Page
      title={name}
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Patch filters', to: paths.patchFilters }]}
      actions={
        <ActionButton icon={IconTrash} refusal={refusal} onClick={() => remove(loaded.value)}>
          Delete
        </ActionButton>
      }
    >
      <PatchFilterEditor
        key={edit.base.etag}
        initial={patchFilterDraft(edit.base.value)}
        refusal={refusal}
        saving={edit}
        below={<UsedBy kind={patchFilterKind} usedBy={usedBy} />}
      />
    </Page>
  );
}
