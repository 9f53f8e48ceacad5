import { Checkbox, NumberInput, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { type UseFormReturnType, useForm } from '@mantine/form';
import type { Script, ScriptRevision } from '@patchbay/contracts/script';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import { type TaskCategory, taskCategories } from '@patchbay/domain/task/category';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { ParameterFields } from '../../forms/parameter-fields.tsx';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { paths } from '../../paths.ts';
import { RebootEditor } from '../../reboot/reboot-editor.tsx';
import { taskSettings } from '../../reboot/task-settings.ts';
import { osOptions } from '../../ui/os.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { type TaskScript, type TaskValues, taskErrors } from './task-values.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** The form's state together with the script that it is about. */
export interface TaskForm {
  readonly form: UseFormReturnType<TaskValues>;
  readonly script: Named | null;
  readonly chooseScript: (script: Named) => void;
  /** The revision that the task will run; null while it is read, or none is chosen. */
  readonly revision: TaskScript | null;
  /** The number of the script's latest revision. */
  readonly latest: number | null;
}

/** The state of a task's form, checked by the rules that the server has, too (L-22). */
export function useTaskForm(
  initialValues: TaskValues,
  initialScript: Named | null,
  storedSecrets: ReadonlySet<string>,
): TaskForm {
  const [script, setScript] = useState(initialScript);
  const revision = useRef<TaskScript | null>(null);
  const form = useForm<TaskValues>({
    initialValues,
    validate: (values) => taskErrors(values, revision.current, storedSecrets),
    validateInputOnBlur: true,
    transformValues: (values) => ({ ...values, name: values.name.trim() }),
  });
  const path = `/scripts/${part(script?.id ?? '')}`;
  const pinned = form.values.scriptRevision;
  const latest = useQuery({ ...thingQuery<Script>('scripts', path), enabled: script !== null });
  const pinnedRevision = useQuery({
    ...thingQuery<ScriptRevision>('scripts', `${path}/revisions/${pinned ?? 1}`),
    enabled: script !== null && pinned !== null,
  });
  const body = pinned === null ? latest.data : pinnedRevision.data;
  const current = useMemo<TaskScript | null>(
    () =>
      body === undefined || script === null
        ? null
        : { name: script.name, os: body.os, parameters: body.parameters },
    [body, script],
  );
  useEffect(() => {
    revision.current = current;
  }, [current]);
  return {
    form,
    script,
    chooseScript: (chosen) => {
      setScript(chosen);
      form.setValues({ script: chosen.id, scriptRevision: null, parameters: {} });
      form.clearFieldError('script');
    },
    revision: current,
    latest: latest.data?.revision ?? null,
  };
}

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
      <Execution task={task} readOnly={readOnly} />
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
        <TextInput
          label="Name"
          required
          maxLength={120}
          readOnly={readOnly}
          {...form.getInputProps('name')}
        />
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
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          readOnly={readOnly}
          className="form-wide"
          {...form.getInputProps('description')}
        />
      </div>
    </Section>
  );
}

function ScriptChoice({ task, readOnly }: { readonly task: TaskForm; readonly readOnly: boolean }) {
  const { form, script, chooseScript, latest } = task;
  const { os, scriptRevision } = form.values;
  const revisions = Array.from({ length: latest ?? 0 }, (_, index) => String((latest ?? 0) - index));
  return (
    <Section
      title="What it runs"
      actions={
        script !== null && (
          <RouterLink to={paths.script(script.id)} size="sm">
            Open the script
          </RouterLink>
        )
      }
    >
      <div className="form-columns form-thirds">
        <Select
          label="Operating system"
          allowDeselect={false}
          readOnly={readOnly}
          data={osOptions}
          value={os}
          error={form.errors['os']}
          onChange={(value) => form.setFieldValue('os', value as OperatingSystem)}
        />
        <ThingPicker
          key={script?.id ?? 'none'}
          noun="scripts"
          query={{ os }}
          label="Script"
          required
          readOnly={readOnly}
          chosen={script}
          onChange={chooseScript}
          error={typeof form.errors['script'] === 'string' ? form.errors['script'] : null}
        />
        <Select
          label="Revision"
          allowDeselect={false}
          readOnly={readOnly}
          disabled={script === null}
          data={[
            { value: 'latest', label: latest === null ? 'The latest' : `Always the latest (now ${latest})` },
            ...revisions.map((value) => ({ value, label: `Pinned to ${value}` })),
          ]}
          value={scriptRevision === null ? 'latest' : String(scriptRevision)}
          onChange={(value) =>
            form.setFieldValue('scriptRevision', value === 'latest' ? null : Number(value))
          }
        />
      </div>
    </Section>
  );
}

function Execution({ task: { form }, readOnly }: { readonly task: TaskForm; readonly readOnly: boolean }) {
  const { successExitCodes, runAs, retries } = form.values;
  const number = (value: string | number, least: number): number => (value === '' ? least : Number(value));
  const flag = (name: 'reboots' | 'safeToRepeat' | 'safeInRehearsal') => ({
    checked: form.values[name],
    disabled: readOnly,
    onChange: (event: { currentTarget: { checked: boolean } }) =>
      form.setFieldValue(name, event.currentTarget.checked),
  });
  return (
    <Section title="How it runs">
      <div className="form-columns form-thirds">
        <TagsInput
          label="Success exit codes"
          description="Every other exit code is a failure"
          readOnly={readOnly}
          value={successExitCodes.map(String)}
          error={form.errors['successExitCodes']}
          onChange={(codes) => {
            const numbers = codes.map(Number).filter((code) => Number.isInteger(code) && code >= -1);
            form.setFieldValue('successExitCodes', [...new Set(numbers)]);
          }}
        />
        <NumberInput
          label="Time-out"
          description="Minutes for one attempt"
          readOnly={readOnly}
          min={1}
          max={10_080}
          allowDecimal={false}
          value={form.values.timeoutMinutes}
          error={form.errors['timeoutMinutes']}
          onChange={(value) => form.setFieldValue('timeoutMinutes', number(value, 1))}
        />
        <TextInput
          label="Run as"
          description="Empty: the user of the agent"
          readOnly={readOnly}
          maxLength={32}
          value={runAs ?? ''}
          error={form.errors['runAs']}
          onChange={({ currentTarget }) => form.setFieldValue('runAs', currentTarget.value || null)}
        />
        <NumberInput
          label="Retries"
          description="After a failure"
          readOnly={readOnly}
          min={0}
          max={20}
          allowDecimal={false}
          value={retries.count}
          onChange={(value) => form.setFieldValue('retries', { ...retries, count: number(value, 0) })}
        />
        <NumberInput
          label="Delay between attempts"
          description="Seconds"
          readOnly={readOnly}
          disabled={retries.count === 0}
          min={0}
          max={86_400}
          allowDecimal={false}
          value={retries.delaySeconds}
          onChange={(value) => form.setFieldValue('retries', { ...retries, delaySeconds: number(value, 0) })}
        />
      </div>
      <Stack gap="sm" mt="lg">
        <Checkbox
          label="It reboots the endpoint"
          description="Then it may stand only as the last post-patching step of a workflow"
          {...flag('reboots')}
        />
        <Checkbox
          label="Safe to repeat"
          description="May be tried again after an interruption, a time-out or a lost agent, when nobody knows how far it came"
          {...flag('safeToRepeat')}
        />
        <Checkbox
          label="Safe in rehearsal"
          description="Runs for real in a rehearsal, because it changes nothing"
          {...flag('safeInRehearsal')}
        />
      </Stack>
    </Section>
  );
}
