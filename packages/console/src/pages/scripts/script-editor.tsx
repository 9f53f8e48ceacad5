import { Alert, Button, TextInput } from '@mantine/core';
import type { Script } from '@patchbay/contracts/script';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { getTagged, part, send, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { isEditConflict, openEditConflict } from '../../forms/edit-conflict.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
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
  // What the form was filled from; it goes on from there although the script may be read again meanwhile.
  const [base, setBase] = useState(loaded);
  // What somebody else has saved meanwhile, while both are brought together.
  const [theirs, setTheirs] = useState<Tagged<Script> | null>(null);
  const { id, name } = base.value;
  const path = `/scripts/${part(id)}`;
  const queryClient = useQueryClient();
  const form = useScriptForm(valuesOf(base.value));
  const builtIn = editRefusal({ kind: 'script', ...base.value });
  const refusal = useRefusal()('script.write') ?? (form.isDirty() ? null : 'Nothing has been changed.');
  const saved = useRef(false);
  useLeaveGuard(() => form.isDirty() && !saved.current);

  const begin = (next: Tagged<Script>): void => {
    setBase(next);
    setTheirs(null);
    const values = valuesOf(next.value);
    form.setInitialValues(values);
    form.setValues(values);
    form.resetDirty(values);
    form.clearErrors();
    void queryClient.invalidateQueries({ queryKey: ['scripts'] });
  };
  const save = useMutation({
    mutationFn: async ({ values, etag }: { values: ScriptValues; etag: string }) => {
      await send('PUT', path, values, etag);
      return getTagged<Script>(path);
    },
    onSuccess: (next) => {
      begin(next);
      notifyDone(`Saved as revision ${next.value.revision}.`);
    },
    onError: async (error, { values }) => {
      form.setErrors(fieldErrors(error));
      if (!isEditConflict(error)) return;
      const other = await getTagged<Script>(path).catch(notifyProblem);
      if (other === undefined) return;
      openEditConflict({
        name,
        savedBy: other.value.updatedBy,
        savedAt: other.value.updatedAt,
        theirs: scriptText(other.value),
        mine: scriptText(values),
        takeTheirs: () => begin(other),
        saveMine: () => save.mutate({ values, etag: other.etag }),
        merge: () => setTheirs(other),
      });
    },
  });

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
    <form
      className="form"
      noValidate
      onSubmit={form.onSubmit(
        (values) => save.mutate({ values, etag: (theirs ?? base).etag }),
        focusFirstError,
      )}
    >
      {theirs !== null && (
        <MergePanel
          savedBy={theirs.value.updatedBy}
          savedAt={theirs.value.updatedAt}
          theirs={scriptText(theirs.value)}
          mine={scriptText(form.values)}
        />
      )}
      <ScriptFields form={form} />
      {save.isError && !isEditConflict(save.error) && <ProblemView error={save.error} />}
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
        <Button variant="default" disabled={!form.isDirty()} onClick={() => begin(theirs ?? base)}>
          Undo changes
        </Button>
        <ActionButton type="submit" variant="filled" refusal={refusal} loading={save.isPending}>
          Save a new revision
        </ActionButton>
      </div>
    </form>
  );
}
