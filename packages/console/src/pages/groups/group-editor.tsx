import type { GroupInput } from '@patchbay/contracts/group';
import { ruleInWords } from '@patchbay/domain/group/rule-words';
import { EditorFrame } from '../../forms/editor-frame.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import type { EditorProps } from '../../forms/library-editor-page.tsx';
import { NameFields } from '../../forms/name-fields.tsx';
import { useDraft } from '../../forms/use-draft.ts';
import { Section } from '../../ui/section.tsx';
import { MemberPreview } from './member-preview.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { asTree, ruleErrors } from './rule-draft.ts';

/** Edits a group: its rule as a tree, beside it the endpoints that it means (E-13). */
export function GroupEditor({ initial, refusal, saving, below = null }: EditorProps<GroupInput>) {
  const editing = useDraft(initial, saving);
  const { draft, change } = editing;
  const rule = asTree(draft.rule);
  const errors = ruleErrors(rule);
  const hasComma = draft.name.includes(',');
  const readOnly = refusal !== null;
  return (
    <EditorFrame
      editing={editing}
      refusal={refusal}
      lacking={errors.size > 0 || hasComma ? 'Mend what is marked first.' : null}
      shownFields={['name', 'description']}
      note="Who belongs to it is seen each time it is used; a cycle that has started keeps its endpoints."
    >
      <NameFields
        draft={draft}
        errors={{ ...fieldErrors(saving.error), ...(hasComma ? { name: 'Must not contain a comma' } : {}) }}
        readOnly={readOnly}
        onChange={change}
      />
      <div className="editor-columns group-columns">
        <div className="form">
          <Section title="Rule">
            <RuleBuilder
              rule={rule}
              errors={errors}
              readOnly={readOnly}
              onChange={(next) => change({ rule: next })}
            />
            <p className="form-words" aria-live="polite">
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
    </EditorFrame>
  );
}
