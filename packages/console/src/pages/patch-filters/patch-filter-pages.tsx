import type { PatchFilterInput, SavedPatchFilter } from '@patchbay/contracts/patch-filter';
import { type EditedKind, LibraryPage, NewLibraryPage } from '../../forms/library-editor-page.tsx';
import { patchFilterKind } from '../../forms/library-kinds.ts';
import { PatchFilterEditor } from './patch-filter-editor.tsx';

const kind: EditedKind<SavedPatchFilter, PatchFilterInput> = {
  ...patchFilterKind,
  // Security patches, until something else is said.
  blank: { name: '', description: '', filter: { classifications: ['security'], severities: [], text: '' } },
  draftOf: ({ name, description, filter }) => ({ name, description, filter }),
  textOf: ({ name, description, filter: { classifications, severities, text } }) =>
    [
      `name: ${name}`,
      `description: ${description}`,
      `classifications: ${classifications.join(', ')}`,
      `severities: ${severities.join(', ')}`,
      `text: ${text}`,
    ].join('\n'),
  Editor: PatchFilterEditor,
};

/** Makes a patch filter (P-02). */
export function NewPatchFilterPage() {
  return <NewLibraryPage kind={kind} />;
}

/** A patch filter to read or to change: what it matches now, and the plans that use it (P-02). */
export function PatchFilterPage() {
  return <LibraryPage kind={kind} />;
}
