import { MultiSelect, TextInput } from '@mantine/core';
import type { PatchFilterInput } from '@patchbay/contracts/patch-filter';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import { patchClassifications, patchSeverities } from '@patchbay/domain/patch/selection';
import { EditorFrame } from '../../forms/editor-frame.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import type { EditorProps } from '../../forms/library-editor-page.tsx';
import { NameFields } from '../../forms/name-fields.tsx';
import { useDraft } from '../../forms/use-draft.ts';
import { Section } from '../../ui/section.tsx';
import { MatchingPatches } from './matching-patches.tsx';
import './patch-filters.css';

/** Edits a patch filter; beside it the applicable patches that it matches (P-02). */
export function PatchFilterEditor({ initial, refusal, saving, below = null }: EditorProps<PatchFilterInput>) {
  const editing = useDraft(initial, saving);
  const { draft, change } = editing;
  const { filter } = draft;
  const set = (part: Partial<PatchFilterInput['filter']>): void => change({ filter: { ...filter, ...part } });
  const readOnly = refusal !== null;
  const errors = fieldErrors(saving.error);
  return (
    <EditorFrame
      editing={editing}
      refusal={refusal}
      lacking={null}
      shownFields={['name', 'description', 'filter.text']}
      note="Plans that use it follow the change; a cycle that has started keeps what it began with."
    >
      <div className="editor-columns filter-columns">
        <div className="form">
          <NameFields draft={draft} errors={errors} readOnly={readOnly} onChange={change} />
          <Section title="Which patches it lets through">
            <div className="form-columns form-even">
              <MultiSelect
                label="Classification"
                description="None chosen: any"
                data={[...patchClassifications]}
                readOnly={readOnly}
                value={filter.classifications}
                onChange={(classifications) => set({ classifications })}
              />
              <MultiSelect
                label="Severity"
                description="None chosen: any"
                data={[...patchSeverities]}
                readOnly={readOnly}
                value={filter.severities}
                onChange={(severities) => set({ severities })}
              />
              <TextInput
                className="form-wide"
                label="Text"
                description="In the id, title, package or a CVE; capital letters do not matter"
                maxLength={200}
                readOnly={readOnly}
                error={errors['filter.text']}
                value={filter.text}
                onChange={({ currentTarget }) => set({ text: currentTarget.value })}
              />
            </div>
            <p className="form-words quiet" aria-live="polite">
              It lets through {filterInWords(filter)}.
            </p>
          </Section>
          {below}
        </div>
        <MatchingPatches filter={filter} />
      </div>
    </EditorFrame>
  );
}
