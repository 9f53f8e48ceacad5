import { Alert, Button } from '@mantine/core';
import type { Task } from '@patchbay/contracts/task';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import { IconCopy, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { getTagged, part, send, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { taggedQuery } from '../../api/things.ts';
import { isEditConflict, openEditConflict } from '../../forms/edit-conflict.tsx';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { taskKind } from '../../forms/library-kinds.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { paths } from '../../paths.ts';
import { isDefault, taskSettings } from '../../reboot/task-settings.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { BuiltIn } from '../../ui/built-in.tsx';
import { Linked } from '../../ui/linked.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { openRunTask } from './run-task-dialog.tsx';
import { TaskFields, useTaskForm } from './task-form.tsx';
import { storedSecretsOf, type TaskValues, taskText, valuesOf } from './task-values.ts';

/** A task to read, to run or, when it is a personal one, to change (L-22, L-24). */
export function TaskPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(taggedQuery<Task>('tasks', `/tasks/${part(id)}`));
  return <Thing query={query}>{(loaded) => <TaskView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function TaskView({ loaded }: { readonly loaded: Tagged<Task> }) {
  const { name, origin, updatedAt, updatedBy, usedBy } = loaded.value;
  return (
    <Page
      title={name}
      mark={origin === 'builtIn' && <BuiltIn />}
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Tasks', to: paths.tasks }]}
      actions={<Actions task={loaded.value} />}
    >
      <Editor loaded={loaded} />
      <Section title={`Where it is used (${usedBy.length})`}>
        {usedBy.length === 0 ? (
          <span className="quiet">No workflow uses it.</span>
        ) : (
          <ul className="plain-list">
            {usedBy.map((workflow) => (
              <li key={workflow.id ?? workflow.name}>
                <Linked link={workflow} path={paths.workflow} />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </Page>
  );
}

function Actions({ task }: { readonly task: Task }) {
  const { duplicate, remove } = useLibraryDeeds(taskKind);
  const refusal = useRefusal();
  return (
    <>
      <ActionButton
        variant="filled"
        leftSection={<IconPlayerPlay size={16} />}
        refusal={refusal('task.run')}
        onClick={() => openRunTask({ task })}
      >
        Run task
      </ActionButton>
      <ActionButton
        leftSection={<IconCopy size={16} />}
        refusal={refusal('task.write')}
        onClick={() => duplicate(task)}
      >
        Duplicate
      </ActionButton>
      <ActionButton
        leftSection={<IconTrash size={16} />}
        refusal={refusal('task.write') ?? editRefusal({ kind: 'task', ...task })?.detail ?? null}
        onClick={() => remove(task)}
      >
        Delete
      </ActionButton>
    </>
  );
}

function Editor({ loaded }: { readonly loaded: Tagged<Task> }) {
  // What the form was filled from; it goes on from there although the task may be read again meanwhile.
  const [base, setBase] = useState(loaded);
  // What somebody else has saved meanwhile, while both are brought together.
  const [theirs, setTheirs] = useState<Tagged<Task> | null>(null);
  const { id, name, script } = base.value;
  const path = `/tasks/${part(id)}`;
  const queryClient = useQueryClient();
  const chosen = script === null || script.id === null ? null : { id: script.id, name: script.name };
  const task = useTaskForm(valuesOf(base.value), chosen, storedSecretsOf(base.value));
  const { form } = task;
  const refusal = useRefusal()('task.write') ?? (form.isDirty() ? null : 'Nothing has been changed.');
  useLeaveGuard(() => form.isDirty());

  const begin = (next: Tagged<Task>): void => {
    const values = valuesOf(next.value);
    setBase(next);
    setTheirs(null);
    const { script: saved } = next.value;
    if (saved !== null && saved.id !== null) task.chooseScript({ id: saved.id, name: saved.name });
    form.setInitialValues(values);
    form.setValues(values);
    form.resetDirty(values);
    form.clearErrors();
    void queryClient.invalidateQueries({ queryKey: ['tasks'] });
  };
  const save = useMutation({
    mutationFn: async ({ values, etag }: { values: TaskValues; etag: string }) => {
      await send('PUT', path, values, etag);
      return getTagged<Task>(path);
    },
    onSuccess: (next) => {
      begin(next);
      notifyDone(`“${next.value.name}” is saved.`);
    },
    onError: async (error, { values }) => {
      form.setErrors(fieldErrors(error));
      if (!isEditConflict(error)) return;
      const other = await getTagged<Task>(path).catch(notifyProblem);
      if (other === undefined) return;
      openEditConflict({
        name,
        savedBy: other.value.updatedBy,
        savedAt: other.value.updatedAt,
        theirs: taskText(valuesOf(other.value), other.value.script?.name ?? ''),
        mine: taskText(values, task.script?.name ?? ''),
        takeTheirs: () => begin(other),
        saveMine: () => save.mutate({ values, etag: other.etag }),
        merge: () => setTheirs(other),
      });
    },
  });

  const isBuiltIn = editRefusal({ kind: 'task', ...base.value }) !== null;
  if (isBuiltIn && base.value.interactiveReboot === null) {
    return (
      <div className="form">
        <Alert variant="outline" className="remark" title="Built in">
          It comes with Patchbay and cannot be changed. “Duplicate” makes a copy that can.
        </Alert>
        <TaskFields task={task} readOnly />
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
          theirs={taskText(valuesOf(theirs.value), theirs.value.script?.name ?? '')}
          mine={taskText(form.values, task.script?.name ?? '')}
        />
      )}
      {isBuiltIn && (
        <Alert variant="outline" className="remark" title="Built in, with settings of yours">
          The settings are yours to change; a new version of Patchbay keeps them. “Duplicate” makes a copy
          with other settings, and a step of a workflow can set its own.
        </Alert>
      )}
      <TaskFields task={task} settingsOnly={isBuiltIn} />
      {save.isError && !isEditConflict(save.error) && <ProblemView error={save.error} />}
      <div className="form-foot">
        <span className="form-foot-note quiet">Cycles that have started go on with the task as it was.</span>
        {base.value.interactiveReboot !== null && (
          <Button
            variant="subtle"
            disabled={isDefault(form.values.interactiveReboot)}
            onClick={() => form.setFieldValue('interactiveReboot', taskSettings(defaultRebootSettings))}
          >
            Defaults
          </Button>
        )}
        <Button variant="default" disabled={!form.isDirty()} onClick={() => begin(theirs ?? base)}>
          Undo changes
        </Button>
        <ActionButton type="submit" variant="filled" refusal={refusal} loading={save.isPending}>
          Save
        </ActionButton>
      </div>
    </form>
  );
}
