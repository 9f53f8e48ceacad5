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
import { TaskFields } from './task-fields.tsx';
import { newTask, type TaskValues } from './task-values.ts';
import { useTaskForm } from './use-task-form.ts';

const noSecrets: ReadonlySet<string> = new Set();

/** Makes a personal task. */
export function NewTaskPage() {
  const task = useTaskForm(newTask, null, noSecrets);
  const navigate = useNavigate();
  const refusal = useRefusal()('task.write');
  const creation = useCreation<TaskValues>({
    noun: 'tasks',
    page: paths.task,
    onRefused: (error) => task.form.setErrors(fieldErrors(error)),
  });
  useLeaveGuard(() => task.form.isDirty());
  return (
    <Page title="New task" trail={[{ label: 'Tasks', to: paths.tasks }]}>
      <form className="form" noValidate onSubmit={task.form.onSubmit(creation.save, focusFirstError)}>
        <TaskFields task={task} />
        {creation.error !== null && <ProblemView error={creation.error} />}
        <div className="form-foot">
          <span className="form-foot-note quiet">
            A task makes a script runnable on one operating system.
          </span>
          <ActionButton onClick={() => void navigate({ to: paths.tasks })}>Leave it</ActionButton>
          <ActionButton type="submit" variant="filled" refusal={refusal} loading={creation.isSaving}>
            Create
          </ActionButton>
        </div>
      </form>
    </Page>
  );
}
