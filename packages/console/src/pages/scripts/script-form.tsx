import { Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { interpreters, interpretersOf } from '@patchbay/domain/script/interpreter';
import { DescriptionInput, NameInput } from '../../forms/name-fields.tsx';
import { CodeEditor } from '../../ui/code/code-editor.tsx';
import { osOptions } from '../../ui/os.tsx';
import { Section } from '../../ui/section.tsx';
import { ParameterDefinitions } from './parameter-definitions.tsx';
import { type ScriptForm, type ScriptValues, scriptErrors } from './script-values.ts';

/** The form's state, with every field checked by the rules that the server has, too (L-06). */
export function useScriptForm(initialValues: ScriptValues): ScriptForm {
  return useForm<ScriptValues>({
    initialValues,
    validate: scriptErrors,
    validateInputOnBlur: true,
    transformValues: (values) => ({
      ...values,
      name: values.name.trim(),
      category: values.category.trim() || 'General',
    }),
  });
}

/** The fields of a script (L-02, L-03). */
export function ScriptFields({
  form,
  readOnly = false,
}: {
  readonly form: ScriptForm;
  readonly readOnly?: boolean;
}) {
  const { os, interpreter, content } = form.values;
  return (
    <>
      <Section title="What it is">
        <div className="form-columns">
          <NameInput readOnly={readOnly} {...form.getInputProps('name')} />
          <TextInput
            label="Category"
            description="To find it again; choose freely"
            maxLength={60}
            readOnly={readOnly}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            {...form.getInputProps('category')}
          />
          <DescriptionInput
            minRows={2}
            readOnly={readOnly}
            className="form-wide"
            {...form.getInputProps('description')}
          />
        </div>
      </Section>
      <Section title="Script">
        <Stack>
          <Group gap="xl" align="flex-start">
            <Checkbox.Group
              label="Operating systems"
              value={os}
              onChange={(chosen) => {
                if (!readOnly) form.setFieldValue('os', chosen);
              }}
              error={form.errors['os']}
            >
              <Group gap="md" mt={8}>
                {osOptions.map(({ value, label }) => (
                  <Checkbox key={value} value={value} label={label} readOnly={readOnly} />
                ))}
              </Group>
            </Checkbox.Group>
            <Select
              label="Interpreter"
              allowDeselect={false}
              readOnly={readOnly}
              data={interpreters.map((one) => ({
                value: one,
                label: one,
                disabled: !os.every((system) => interpretersOf[system].includes(one)),
              }))}
              w={180}
              {...form.getInputProps('interpreter')}
            />
          </Group>
          <CodeEditor
            label="Content"
            interpreter={interpreter}
            value={content}
            readOnly={readOnly}
            onChange={(text) => form.setFieldValue('content', text)}
            error={form.errors['content']}
            description={
              readOnly
                ? undefined
                : 'Parameters come as environment variables. Lines name=value in the file $PATCHBAY_FACTS become facts.'
            }
          />
        </Stack>
      </Section>
      <Section title="Parameters">
        {readOnly && form.values.parameters.length === 0 ? (
          <Text size="sm" c="dimmed">
            It has none.
          </Text>
        ) : (
          <ParameterDefinitions form={form} readOnly={readOnly} />
        )}
      </Section>
    </>
  );
}
