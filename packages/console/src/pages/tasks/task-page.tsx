import { Alert, Button } from '@mantine/core';
import type { Task } from '@patchbay/contracts/task';
import { deletionRefusal, editRefusal } from '@patchbay/domain/library/refusal';
import { defaultRebootSettings } from '@patchbay/domain/reboot/settings';
import { IconCopy, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { focusFirstError } from '../../forms/focus-first-error.ts';
import { useLeaveGuard } from '../../forms/leave-guard.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { taskKind } from '../../forms/library-kinds.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { refill } from '../../forms/refill.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { UsedBy } from '../../forms/used-by.tsx';
import { paths } from '../../paths.ts';
import { isDefault, taskSettings } from '../../reboot/task-settings.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { BuiltIn } from '../../ui/built-in.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { openRunTask } from './run-task-dialog.tsx';
import { TaskFields } from './task-fields.tsx';
import { storedSecretsOf, type TaskValues, taskText, valuesOf } from './task-values.ts';
import { useTaskForm } from './use-task-form.ts';

/** A task to read, to run or, when it is a personal one, to change (L-22, L-24). */
export function TaskPage() {
  const query = useAddressedThing<Task>('tasks');
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
      <UsedBy kind={taskKind} usedBy={usedBy} />
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
        icon={IconPlayerPlay}
        refusal={refusal('task.run')}
        onClick={() => openRunTask({ task })}
      >
        Run task
      </ActionButton>
      <ActionButton icon={IconCopy} refusal={refusal('task.write')} onClick={() => duplicate(task)}>
        Duplicate
      </ActionButton>
      <ActionButton
        icon={IconTrash}
        refusal={refusal('task.write') ?? deletionRefusal({ kind: 'task', ...task }, [])?.detail ?? null}
        onClick={() => remove(task)}
      >
        Delete
      </ActionButton>
    </>
  );
}

function Editor({ loaded }: { readonly loaded: Tagged<Task> }) {
  const edit = useTaggedEdit<Task, TaskValues>({
    loaded,
    noun: 'tasks',
    textOf: (thing) =>
      'id' in thing
        ? taskText(valuesOf(thing), thing.script?.name ?? '')
        : taskText(thing, task.script?.name ?? ''),
    onBegin: (saved) => {
      const script = linkedScript(saved);
      if (script !== null) task.chooseScript(script);
      refill(form, valuesOf(saved));
    },
    onRefused: (error) => form.setErrors(fieldErrors(error)),
  });
  const base = edit.base.value;
  const task = useTaskForm(valuesOf(base), linkedScript(base), storedSecretsOf(base));
  const { form } = task;
  const refusal = useRefusal()('task.write') ?? (form.isDirty() ? null : 'Nothing has been changed.');
  useLeaveGuard(() => form.isDirty());

  const isBuiltIn = editRefusal({ kind: 'task', ...base }) !== null;
  if (isBuiltIn && base.interactiveReboot === null) {
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
    <form className="form" noValidate onSubmit={form.onSubmit(edit.save, focusFirstError)}>
      <MergePanel theirs={edit.theirs} mine={form.values} />
      {isBuiltIn && (
        <Alert variant="outline" className="remark" title="Built in, with settings of yours">
          The settings are yours to change; a new version of Patchbay keeps them. “Duplicate” makes a copy
          with other settings, and a step of a workflow can set its own.
        </Alert>
      )}
      <TaskFields task={task} settingsOnly={isBuiltIn} />
      {edit.error !== null && <ProblemView error={edit.error} />}
      <div className="form-foot">
        <span className="form-foot-note quiet">Cycles that have started go on with the task as it was.</span>
        {base.interactiveReboot !== null && (
          <Button
            variant="subtle"
            disabled={isDefault(form.values.interactiveReboot)}
            onClick={() => form.setFieldValue('interactiveReboot', taskSettings(defaultRebootSettings))}
          >
            Defaults
          </Button>
        )}
        <Button variant="default" disabled={!form.isDirty()} onClick={edit.undo}>
          Undo changes
        </Button>
        <ActionButton type="submit" variant="filled" refusal={refusal} loading={edit.isSaving}>
          Save
        </ActionButton>
      </div>
    </form>
  );
}

/** The script that a task runs, unless that is deleted or there is none. */
function linkedScript({ script }: Task): { readonly id: string; readonly name: string } | null {
  return script === null || script.id === null ? null : { id: script.id, name: script.name };
}
