import { Alert, Select } from '@mantine/core';
import { type OperatingSystem, operatingSystemNames } from '@patchbay/domain/operating-system';
import { EditorFrame } from '../../forms/editor-frame.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import type { EditorProps } from '../../forms/library-editor-page.tsx';
import { DescriptionInput, NameInput } from '../../forms/name-fields.tsx';
import { useDraft } from '../../forms/use-draft.ts';
import { osOptions } from '../../ui/os.tsx';
import { Section } from '../../ui/section.tsx';
import { FailureControl } from './failure-control.tsx';
import { useKnownTasks } from './known-tasks.ts';
import { Lanes } from './lanes.tsx';
import { sameDraft, stepProblems, type WorkflowDraft } from './workflow-values.ts';

/** A workflow as a picture that is changed by hand: what stands where, and what happens on failure. */
export function WorkflowEditor({
  initial,
  readOnly = false,
  refusal,
  saving,
}: EditorProps<WorkflowDraft> & { readonly readOnly?: boolean }) {
  const editing = useDraft(initial, saving, sameDraft);
  const { draft, change } = editing;
  const known = useKnownTasks(draft);
  const problems = stepProblems(draft, known);
  const fields = (
    <>
      <Section title="What it is">
        <div className="form-columns">
          <NameInput
            readOnly={readOnly}
            error={fieldErrors(saving.error)['name']}
            value={draft.name}
            onChange={({ currentTarget }) => change({ name: currentTarget.value })}
          />
          <Select
            label="Operating system"
            allowDeselect={false}
            readOnly={readOnly}
            data={osOptions}
            value={draft.os}
            onChange={(os) => change({ os: os as OperatingSystem })}
          />
          <DescriptionInput
            readOnly={readOnly}
            className="form-wide"
            value={draft.description}
            onChange={({ currentTarget }) => change({ description: currentTarget.value })}
          />
        </div>
      </Section>
      <Lanes draft={draft} known={known} problems={problems} readOnly={readOnly} onChange={change} />
      <FailureControl draft={draft} readOnly={readOnly} onChange={change} />
    </>
  );
  if (readOnly) {
    return (
      <div className="form">
        <Alert variant="outline" className="remark" title="Built in">
          It comes with Patchbay and cannot be changed. “Duplicate” makes a copy that can.
        </Alert>
        {fields}
      </div>
    );
  }
  return (
    <EditorFrame
      editing={editing}
      refusal={refusal}
      lacking={problems.size > 0 ? 'Mend the steps that are marked first.' : null}
      shownFields={['name']}
      note={<Note draft={draft} isNew={saving.isNew} problems={problems.size} />}
    >
      {fields}
    </EditorFrame>
  );
}

function Note({
  draft,
  isNew,
  problems,
}: {
  readonly draft: WorkflowDraft;
  readonly isNew: boolean;
  readonly problems: number;
}) {
  if (problems > 0) {
    return (
      <span className="status-bad">
        {problems === 1
          ? 'One step cannot stand where it is.'
          : `${problems} steps cannot stand where they are.`}
      </span>
    );
  }
  return isNew
    ? `A workflow for ${operatingSystemNames[draft.os]}. It is not the default until it is made so.`
    : 'Cycles that have started go on with the workflow as it was.';
}
