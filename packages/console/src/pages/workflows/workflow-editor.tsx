import { Alert, Select, Textarea, TextInput } from '@mantine/core';
import { type OperatingSystem, operatingSystemNames } from '@patchbay/domain/operating-system';
import { useState } from 'react';
import { asProblem } from '../../api/api-problem.ts';
import { EditorFoot } from '../../forms/editor-foot.tsx';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import type { Saving } from '../../forms/saving.ts';
import { osOptions } from '../../ui/os.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
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
}: {
  readonly initial: WorkflowDraft;
  readonly readOnly?: boolean;
  /** Why it cannot be saved by whoever looks at it. */
  readonly refusal: string | null;
  readonly saving: Saving<WorkflowDraft>;
}) {
  const { isNew, isSaving, error } = saving;
  const [draft, setDraft] = useState(initial);
  const known = useKnownTasks(draft);
  const problems = stepProblems(draft, known);
  const isDirty = !sameDraft(draft, initial);
  useLeaveGuard(() => isDirty && !isSaving);
  const nameless = draft.name.trim() === '';
  const nameProblem = asProblem(error).fields.find(({ path }) => path === 'name')?.message ?? null;
  const whyNot =
    refusal ??
    (nameless ? 'Give it a name first.' : null) ??
    (problems.size > 0 ? 'Mend the steps that are marked first.' : null);

  return (
    <div className="form">
      {readOnly && (
        <Alert variant="outline" className="remark" title="Built in">
          It comes with Patchbay and cannot be changed. “Duplicate” makes a copy that can.
        </Alert>
      )}
      <MergePanel theirs={saving.theirs} mine={draft} />
      <Section title="What it is">
        <div className="form-columns">
          <TextInput
            label="Name"
            required
            maxLength={120}
            readOnly={readOnly}
            error={nameProblem}
            value={draft.name}
            onChange={({ currentTarget }) => setDraft({ ...draft, name: currentTarget.value })}
          />
          <Select
            label="Operating system"
            allowDeselect={false}
            readOnly={readOnly}
            data={osOptions}
            value={draft.os}
            onChange={(os) => setDraft({ ...draft, os: os as OperatingSystem })}
          />
          <Textarea
            label="Description"
            autosize
            minRows={1}
            maxRows={5}
            maxLength={2000}
            readOnly={readOnly}
            className="form-wide"
            value={draft.description}
            onChange={({ currentTarget }) => setDraft({ ...draft, description: currentTarget.value })}
          />
        </div>
      </Section>
      <Lanes draft={draft} known={known} problems={problems} readOnly={readOnly} onChange={setDraft} />
      <FailureControl draft={draft} readOnly={readOnly} onChange={setDraft} />
      {error !== null && nameProblem === null && <ProblemView error={error} />}
      {!readOnly && (
        <EditorFoot
          note={
            problems.size > 0 ? (
              <span className="status-bad">
                {problems.size === 1
                  ? 'One step cannot stand where it is.'
                  : `${problems.size} steps cannot stand where they are.`}
              </span>
            ) : isNew ? (
              `A workflow for ${operatingSystemNames[draft.os]}. It is not the default until it is made so.`
            ) : (
              'Cycles that have started go on with the workflow as it was.'
            )
          }
          draft={draft}
          isDirty={isDirty}
          whyNot={whyNot}
          saving={saving}
          onUndo={() => setDraft(initial)}
        />
      )}
    </div>
  );
}
