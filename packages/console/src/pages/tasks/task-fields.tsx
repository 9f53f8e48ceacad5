import { Select } from '@mantine/core';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import { type TaskCategory, taskCategories } from '@patchbay/domain/task/category';
import { DescriptionInput, NameInput } from '../../forms/name-fields.tsx';
import { ParameterFields } from '../../forms/parameter-fields.tsx';
import { RebootEditor } from '../../reboot/reboot-editor.tsx';
import { taskSettings } from '../../reboot/task-settings.ts';
import { Section } from '../../ui/section.tsx';
import { ExecutionFields } from './execution-fields.tsx';
import { ScriptChoice } from './script-choice.tsx';
import type { TaskForm } from './use-task-form.ts';

/** The fields of a task (L-22). */
export function TaskFields({
  task,
  readOnly = false,
  settingsOnly = false,
}: {
  readonly task: TaskForm;
  readonly readOnly?: boolean;
  /** It is built in: only the settings of its Interactive Reboot can be changed (L-24). */
  readonly settingsOnly?: boolean;
}) {
  const { form } = task;
  if (form.values.interactiveReboot !== null) {
    return <InteractiveFields form={form} readOnly={readOnly} settingsOnly={settingsOnly} />;
  }
  return (
    <>
      <Identity form={form} readOnly={readOnly} />
      <ScriptChoice task={task} readOnly={readOnly} />
      <Section title="Parameters">
        {task.script === null ? (
          <span className="quiet">Choose the script first.</span>
        ) : (
          <ParameterFields
            parameters={task.revision?.parameters ?? []}
            values={form.values.parameters}
            errors={form.errors}
            readOnly={readOnly}
            onChange={(values) => form.setFieldValue('parameters', values)}
          />
        )}
      </Section>
      <ExecutionFields form={form} readOnly={readOnly} />
    </>
  );
}

interface FormProps {
  readonly form: TaskForm['form'];
  readonly readOnly: boolean;
}

/** An Interactive Reboot runs no script: what it is, and its settings (L-24). */
function InteractiveFields({ form, readOnly, settingsOnly }: FormProps & { readonly settingsOnly: boolean }) {
  const { interactiveReboot, os } = form.values;
  const within = Object.entries(form.errors).flatMap(([path, message]) =>
    path.startsWith('interactiveReboot.') && typeof message === 'string'
      ? [[path.slice('interactiveReboot.'.length), message]]
      : [],
  );
  return (
    <>
      {!settingsOnly && <Identity form={form} readOnly={readOnly} />}
      <RebootEditor
        settings={wholeRebootSettings(interactiveReboot ?? {})}
        os={os}
        errors={Object.fromEntries(within)}
        readOnly={readOnly}
        onChange={(settings) => form.setFieldValue('interactiveReboot', taskSettings(settings))}
      />
    </>
  );
}

function Identity({ form, readOnly }: FormProps) {
  const isInteractive = form.values.interactiveReboot !== null;
  return (
    <Section title="What it is">
      <div className="form-columns">
        <NameInput readOnly={readOnly} {...form.getInputProps('name')} />
        <Select
          label="Category"
          allowDeselect={false}
          readOnly={readOnly}
          data={taskCategories.filter((one) => !isInteractive || one !== 'Health Check')}
          value={form.values.category}
          onChange={(value) => form.setFieldValue('category', value as TaskCategory)}
          description={
            form.values.category === 'Internal Script'
              ? 'Cannot be put into a workflow, only run by itself'
              : null
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <DescriptionInput
          minRows={2}
          readOnly={readOnly}
          className="form-wide"
          {...form.getInputProps('description')}
        />
      </div>
    </Section>
  );
}
