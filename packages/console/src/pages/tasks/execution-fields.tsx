import { Checkbox, NumberInput, Stack, TagsInput, TextInput } from '@mantine/core';
import { Section } from '../../ui/section.tsx';
import type { TaskForm } from './use-task-form.ts';

/** How a task's script is run, and what may be done with the task (L-22). */
export function ExecutionFields({
  form,
  readOnly,
}: {
  readonly form: TaskForm['form'];
  readonly readOnly: boolean;
}) {
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
