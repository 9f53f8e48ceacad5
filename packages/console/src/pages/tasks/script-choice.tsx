import { Select } from '@mantine/core';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { paths } from '../../paths.ts';
import { osOptions } from '../../ui/os.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import type { TaskForm } from './use-task-form.ts';

/** The operating system of a task, and which revision of which script it runs on it (L-22). */
export function ScriptChoice({ task, readOnly }: { readonly task: TaskForm; readonly readOnly: boolean }) {
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
