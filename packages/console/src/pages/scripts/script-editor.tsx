import { Alert, Button, TextInput } from '@mantine/core';
import type { Script } from '@patchbay/contracts/script';
import { editRefusal } from '@patchbay/domain/library/refusal';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { refill } from '../../forms/refill.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { ScriptFields, useScriptForm } from './script-form.tsx';
import { useScriptQuery } from './script-page.tsx';
import { type ScriptValues, scriptText, valuesOf } from './script-values.ts';
import { TestRunButton } from './test-run-button.tsx';

/** A script to read or, when it is a personal one, to change (L-01, L-05). */
export function ScriptEditor() {
  const { data } = useScriptQuery();
  return data === undefined ? null : <Editor key={data.value.id} loaded={data} />;
}

function Editor({ loaded }: { readonly loaded: Tagged<Script> }) {
  const form = useScriptForm(valuesOf(loaded.value));
  const edit = useTaggedEdit<Script, ScriptValues>({
    loaded,
    noun: 'scripts',
    textOf: scriptText,
    done: ({ revision }) => `Saved as revision ${revision}.`,
    onBegin: (script) => refill(form, valuesOf(script)),
    onRefused: (error) => form.setErrors(fieldErrors(error)),
  });
  const builtIn = editRefusal({ kind: 'script', ...edit.base.value });
  const refusal = useRefusal()('script.write') ?? (form.isDirty() ? null : 'Nothing has been changed.');
  useLeaveGuard(() => form.isDirty());

  if (builtIn !== null) {
    return (
      <div className="form">
        <Alert variant="outline" className="remark" title="Built in">
          It comes with Patchbay and cannot be changed. “Duplicate” makes a copy that can.
        </Alert>
        <ScriptFields form={form} readOnly />
        <div className="form-foot">
          <span className="form-foot-note quiet">A test-run shows what it does on one endpoint.</span>
          <TestRunButton script={form.values} />
        </div>
      </div>
    );
  }
  return (
    <form className="form" noValidate onSubmit={form.onSubmit(edit.save, focusFirstError)}>
      <MergePanel theirs={edit.theirs} mine={form.values} />
      <ScriptFields form={form} />
      {edit.error !== null && <ProblemView error={edit.error} />}
      <div className="form-foot">
        <TextInput
          label="Why"
          description="Kept with the revision"
          className="form-foot-note"
          inputWrapperOrder={['label', 'input']}
          placeholder="What this change is for; kept with the revision"
          maxLength={500}
          {...form.getInputProps('note')}
        />
        <TestRunButton script={form.values} />
        <Button variant="default" disabled={!form.isDirty()} onClick={edit.undo}>
          Undo changes
        </Button>
        <ActionButton type="submit" variant="filled" refusal={refusal} loading={edit.isSaving}>
          Save a new revision
        </ActionButton>
      </div>
    </form>
  );
}
