import type { Script } from '@patchbay/contracts/script';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { notifyDone } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { ScriptFields, useScriptForm } from './script-form.tsx';
import { newScript, type ScriptValues } from './script-values.ts';
import { TestRunButton } from './test-run-button.tsx';

/** Makes a personal script. */
export function NewScriptPage() {
  const form = useScriptForm(newScript);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('script.write');
  const saved = useRef(false);
  useLeaveGuard(() => form.isDirty() && !saved.current);
  const create = useMutation({
    mutationFn: (values: ScriptValues) => send<Script>('POST', '/scripts', values),
    onSuccess: async ({ id, name }) => {
      saved.current = true;
      await queryClient.invalidateQueries({ queryKey: ['scripts'] });
      await navigate({ to: paths.script(id) });
      notifyDone(`“${name}” is saved.`);
    },
    onError: (error) => form.setErrors(fieldErrors(error)),
  });
  return (
    <Page title="New script" trail={[{ label: 'Scripts', to: paths.scripts }]}>
      <form
        className="form"
        noValidate
        onSubmit={form.onSubmit((values) => create.mutate(values), focusFirstError)}
      >
        <ScriptFields form={form} />
        {create.isError && <ProblemView error={create.error} />}
        <div className="form-foot">
          <span className="form-foot-note quiet">Every save makes a revision that can be restored.</span>
          <TestRunButton script={form.values} />
          <ActionButton onClick={() => void navigate({ to: paths.scripts })}>Leave it</ActionButton>
          <ActionButton type="submit" variant="filled" refusal={refusal} loading={create.isPending}>
            Create
          </ActionButton>
        </div>
      </form>
    </Page>
  );
}
