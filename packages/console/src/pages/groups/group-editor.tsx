import { Textarea, TextInput } from '@mantine/core';
import type { Group, GroupInput } from '@patchbay/contracts/group';
import { ruleInWords } from '@patchbay/domain/group/rule-words';
import { type ReactNode, useState } from 'react';
import { asProblem } from '../../api/api-problem.ts';
import { EditorFoot } from '../../forms/editor-foot.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import type { Saving } from '../../forms/saving.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { MemberPreview } from './member-preview.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { asTree, newCondition, ruleErrors } from './rule-draft.ts';

/** A new group: the Linux endpoints, until something else is said. */
export const newGroup: GroupInput = { name: '', description: '', rule: { is: 'all', of: [newCondition] } };

/** What of a group is edited. */
export function groupDraft({ name, description, rule }: Group | GroupInput): GroupInput {
  return { name, description, rule: asTree(rule) };
}

/** A group as text, to compare two versions. */
export function groupText({ name, description, rule }: Group | GroupInput): string {
  return [
    `name: ${name}`,
    `description: ${description}`,
    `rule: ${JSON.stringify(asTree(rule), null, 2)}`,
  ].join('\n');
}

/** Edits a group: its rule as a tree, beside it the endpoints that it means (E-13). */
export function GroupEditor({
  initial,
  refusal,
  saving,
  below = null,
}: {
  readonly initial: GroupInput;
  readonly refusal: string | null;
  readonly saving: Saving<GroupInput>;
  /** What stands below the rule. */
  readonly below?: ReactNode;
}) {
  const { isSaving, error } = saving;
  const [draft, setDraft] = useState(initial);
  const rule = asTree(draft.rule);
  const errors = ruleErrors(rule);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  useLeaveGuard(() => isDirty && !isSaving);
  const readOnly = refusal !== null;
  const refused = error === null ? {} : fieldErrors(error);
  const nameProblem = draft.name.includes(',') ? 'Must not contain a comma' : (refused['name'] ?? null);
  const shownAtFields = asProblem(error).fields.every(({ path }) => path === 'name');
  const whyNot =
    refusal ??
    (draft.name.trim() === '' ? 'Give it a name first.' : null) ??
    (errors.size > 0 || draft.name.includes(',') ? 'Mend what is marked first.' : null);
  return (
    <div className="form">
      <MergePanel theirs={saving.theirs} mine={draft} />
      <Section title="What it is">
        <div className="form-columns form-even">
          <TextInput
            label="Name"
            required
            maxLength={120}
            readOnly={readOnly}
            error={nameProblem}
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
            value={draft.description}
            onChange={({ currentTarget }) => setDraft({ ...draft, description: currentTarget.value })}
          />
        </div>
      </Section>
      <div className="group-columns">
        <div className="form">
          <Section title="Rule">
            <RuleBuilder
              rule={rule}
              errors={errors}
              readOnly={readOnly}
              onChange={(next) => setDraft({ ...draft, rule: next })}
            />
            <p className="rule-words" aria-live="polite">
              {errors.size > 0 ? (
                <span className="quiet">The rule is not complete yet.</span>
              ) : (
                <>An endpoint belongs to it when {ruleInWords(rule)}.</>
              )}
            </p>
          </Section>
          {below}
        </div>
        <MemberPreview rule={errors.size > 0 ? null : rule} />
      </div>
      {error !== null && !(shownAtFields && nameProblem !== null) && <ProblemView error={error} />}
      <EditorFoot
        note="Who belongs to it is seen each time it is used; a cycle that has started keeps its endpoints."
        draft={draft}
        isDirty={isDirty}
        whyNot={whyNot}
        saving={saving}
        onUndo={() => setDraft(initial)}
      />
    </div>
  );
}
