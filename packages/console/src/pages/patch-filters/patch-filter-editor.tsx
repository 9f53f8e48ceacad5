import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import type { PatchFilterInput, SavedPatchFilter } from '@patchbay/contracts/patch-filter';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import { patchClassifications, patchSeverities } from '@patchbay/domain/patch/selection';
import { type ReactNode, useState } from 'react';
import { asProblem } from '../../api/api-problem.ts';
import { EditorFoot } from '../../forms/editor-foot.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import type { Saving } from '../../forms/saving.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { MatchingPatches } from './matching-patches.tsx';
import './patch-filters.css';

/** A new filter: security patches, until something else is said. */
export const newPatchFilter: PatchFilterInput = {
  name: '',
  description: '',
  filter: { classifications: ['security'], severities: [], text: '' },
};

/** What of a patch filter is edited. */
export function patchFilterDraft({
  name,
  description,
  filter,
}: SavedPatchFilter | PatchFilterInput): PatchFilterInput {
  return { name, description, filter };
}

/** A patch filter as text, to compare two versions. */
export function patchFilterText({ name, description, filter }: SavedPatchFilter | PatchFilterInput): string {
  const { classifications, severities, text } = filter;
  return [
    `name: ${name}`,
    `description: ${description}`,
    `classifications: ${classifications.join(', ')}`,
    `severities: ${severities.join(', ')}`,
    `text: ${text}`,
  ].join('\n');
}

const shownFields = new Set(['name', 'description', 'filter.text']);

/** Edits a patch filter; beside it the applicable patches that it matches (P-02). */
export function PatchFilterEditor({
  initial,
  refusal,
  saving,
  below = null,
}: {
  readonly initial: PatchFilterInput;
  readonly refusal: string | null;
  readonly saving: Saving<PatchFilterInput>;
  /** What stands below the filter. */
  readonly below?: ReactNode;
}) {
  const { isSaving, error } = saving;
  const [draft, setDraft] = useState(initial);
  const { filter } = draft;
  const set = (part: Partial<PatchFilterInput['filter']>): void =>
    setDraft({ ...draft, filter: { ...filter, ...part } });
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  useLeaveGuard(() => isDirty && !isSaving);
  const readOnly = refusal !== null;
  const refused = error === null ? {} : fieldErrors(error);
  const { fields } = asProblem(error);
  const isShown = fields.length > 0 && fields.every(({ path }) => shownFields.has(path));
  const whyNot = refusal ?? (draft.name.trim() === '' ? 'Give it a name first.' : null);
  return (
    <div className="form">
      <MergePanel theirs={saving.theirs} mine={draft} />
      <div className="filter-columns">
        <div className="form">
          <Section title="What it is">
            <div className="form-columns form-even">
              <TextInput
                label="Name"
                required
                maxLength={120}
                readOnly={readOnly}
                error={refused['name']}
                value={draft.name}
                onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
              />
              <Textarea
                label="Description"
                autosize
                minRows={1}
                maxRows={5}
                maxLength={2000}
                readOnly={readOnly}
                error={refused['description']}
                value={draft.description}
                onChange={({ currentTarget }) => setDraft({ ...draft, description: currentTarget.value })}
              />
            </div>
          </Section>
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
                error={refused['filter.text']}
                value={filter.text}
                onChange={({ currentTarget }) => set({ text: currentTarget.value })}
              />
            </div>
            <p className="filter-words quiet" aria-live="polite">
              It lets through {filterInWords(filter)}.
            </p>
          </Section>
          {below}
        </div>
        <MatchingPatches filter={filter} />
      </div>
      {error !== null && !isShown && <ProblemView error={error} />}
      <EditorFoot
        note="Plans that use it follow the change; a cycle that has started keeps what it began with."
        draft={draft}
        isDirty={isDirty}
        whyNot={whyNot}
        saving={saving}
        onUndo={() => setDraft(initial)}
      />
    </div>
  );
}
