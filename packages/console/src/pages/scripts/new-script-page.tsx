import { useNavigate } from '@tanstack/react-router';
import { useRefusal } from '../../api/session.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { useCreation } from '../../forms/use-creation.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { ScriptFields, useScriptForm } from './script-form.tsx';
import { newScript, type ScriptValues } from './script-values.ts';
import { TestRunButton } from './test-run-button.tsx';

/** Makes a personal script. */
export function NewScriptPage() {
  const form = useScriptForm(newScript);
  const navigate = useNavigate();
  const refusal = useRefusal()('script.write');
  const creation = useCreation<ScriptValues>({
    noun: 'scripts',
    page: paths.script,
    onRefused: (error) => form.setErrors(fieldErrors(error)),
  });
  useLeaveGuard(() => form.isDirty());
  return (
    <Page title="New script" trail={[{ label: 'Scripts', to: paths.scripts }]}>
      <form className="form" noValidate onSubmit={form.onSubmit(creation.save, focusFirstError)}>
        <ScriptFields form={form} />
        {creation.error !== null && <ProblemView error={creation.error} />}
        <div className="form-foot">
          <span className="form-foot-note quiet">Every save makes a revision that can be restored.</span>
          <TestRunButton script={form.values} />
          <ActionButton onClick={() => void navigate({ to: paths.scripts })}>Leave it</ActionButton>
          <ActionButton type="submit" variant="filled" refusal={refusal} loading={creation.isSaving}>
            Create
          </ActionButton>
        </div>
      </form>
    </Page>
  );
}
