import type { Task } from '@patchbay/contracts/task';
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
import { TaskFields, useTaskForm } from './task-form.tsx';
import { newTask, type TaskValues } from './task-values.ts';

const noSecrets: ReadonlySet<string> = new Set();

/** Makes a personal task. */
export function NewTaskPage() {
  const task = useTaskForm(newTask, null, noSecrets);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const refusal = useRefusal()('task.write');
  const saved = useRef(false);
  useLeaveGuard(() => task.form.isDirty() && !saved.current);
  const create = useMutation({
    mutationFn: (values: TaskValues) => send<Task>('POST', '/tasks', values),
    onSuccess: async ({ id, name }) => {
      saved.current = true;
      await queryClient.invalidateQueries({ queryKey: ['tasks'] });
      await navigate({ to: paths.task(id) });
      notifyDone(`“${name}” is saved.`);
    },
    onError: (error) => task.form.setErrors(fieldErrors(error)),
  });
  return (
    <Page title="New task" trail={[{ label: 'Tasks', to: paths.tasks }]}>
      <form
        className="form"
        noValidate
        onSubmit={task.form.onSubmit((values) => create.mutate(values), focusFirstError)}
      >
        <TaskFields task={task} />
        {create.isError && <ProblemView error={create.error} />}
        <div className="form-foot">
          <span className="form-foot-note quiet">
            A task makes a script runnable on one operating system.
          </span>
          <ActionButton onClick={() => void navigate({ to: paths.tasks })}>Leave it</ActionButton>
          <ActionButton type="submit" variant="filled" refusal={refusal} loading={create.isPending}>
            Create
          </ActionButton>
        </div>
      </form>
    </Page>
  );
}
