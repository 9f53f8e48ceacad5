import { Button, Checkbox, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { environmentName, type ParameterType, parameterTypes } from '@patchbay/domain/script/parameter';
import { IconPlus } from '@tabler/icons-react';
import { ParameterInput } from '../../forms/parameter-input.tsx';
import { PlaceActions } from '../../ui/place-actions.tsx';
import type { ParameterDefinition, ScriptForm } from './script-values.ts';
import './parameter-definitions.css';

const typeNames: Readonly<Record<ParameterType, string>> = {
  string: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  choice: 'Choice',
  secret: 'Secret',
};
const types = parameterTypes.map((value) => ({ value, label: typeNames[value] }));

/** The parameters of a script: what a task must or may give it (L-03). */
export function ParameterDefinitions({
  form,
  readOnly,
}: {
  readonly form: ScriptForm;
  readonly readOnly: boolean;
}) {
  const { parameters } = form.values;
  return (
    <Stack>
      {parameters.length === 0 && (
        <Text size="sm" c="dimmed">
          None yet. A parameter reaches the script as an environment variable, never in its command line.
        </Text>
      )}
      {parameters.map((parameter, index) => (
        // What is typed is the only name that a new parameter has: its place must do.
        <fieldset key={index} className="parameter">
          <legend>
            <span className="code">{environmentName(parameter.name || '…')}</span>
          </legend>
          <Definition form={form} parameter={parameter} index={index} readOnly={readOnly} />
          {!readOnly && (
            <div className="parameter-actions">
              <PlaceActions
                name="the parameter"
                index={index}
                last={parameters.length - 1}
                onMove={(to) => form.reorderListItem('parameters', { from: index, to })}
                onRemove={() => form.removeListItem('parameters', index)}
              />
            </div>
          )}
        </fieldset>
      ))}
      {!readOnly && (
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} />}
            onClick={() => form.insertListItem('parameters', newParameter)}
          >
            Add a parameter
          </Button>
        </div>
      )}
    </Stack>
  );
}

const newParameter: ParameterDefinition = {
  name: '',
  label: '',
  type: 'string',
  required: false,
  default: null,
  choices: [],
  help: '',
};

function Definition({
  form,
  parameter,
  index,
  readOnly,
}: {
  readonly form: ScriptForm;
  readonly parameter: ParameterDefinition;
  readonly index: number;
  readonly readOnly: boolean;
}) {
  const field = (name: string): string => `parameters.${index}.${name}`;
  const setType = (type: string | null): void =>
    form.setFieldValue(`parameters.${index}`, {
      ...parameter,
      type: type as ParameterType,
      default: null,
      choices: [],
    });
  return (
    <div className="parameter-fields">
      <TextInput
        label="Name"
        size="xs"
        required
        maxLength={64}
        readOnly={readOnly}
        classNames={{ input: 'code' }}
        {...form.getInputProps(field('name'))}
      />
      <TextInput
        label="Label in forms"
        size="xs"
        maxLength={120}
        readOnly={readOnly}
        placeholder={parameter.name}
        {...form.getInputProps(field('label'))}
      />
      <Select
        label="Type"
        size="xs"
        allowDeselect={false}
        readOnly={readOnly}
        data={types}
        value={parameter.type}
        onChange={setType}
      />
      <DefaultValue form={form} parameter={parameter} index={index} readOnly={readOnly} />
      {parameter.type === 'choice' && (
        <TagsInput
          label="Choices"
          description="Enter after each"
          size="xs"
          readOnly={readOnly}
          className="parameter-wide"
          {...form.getInputProps(field('choices'))}
        />
      )}
      <TextInput
        label="Help"
        size="xs"
        maxLength={1000}
        readOnly={readOnly}
        className="parameter-wide"
        {...form.getInputProps(field('help'))}
      />
      <Group className="parameter-required">
        <Checkbox
          label="Required"
          size="xs"
          disabled={readOnly}
          checked={parameter.required}
          onChange={(event) => form.setFieldValue(field('required'), event.currentTarget.checked)}
        />
      </Group>
    </div>
  );
}

function DefaultValue({
  form,
  parameter,
  index,
  readOnly,
}: {
  readonly form: ScriptForm;
  readonly parameter: ParameterDefinition;
  readonly index: number;
  readonly readOnly: boolean;
}) {
  const { type, choices, default: value } = parameter;
  const path = `parameters.${index}.default`;
  const shared = { label: 'Default', size: 'xs', readOnly, error: form.errors[path] } as const;
  return type === 'secret' ? (
    <TextInput {...shared} disabled placeholder="a secret has none" />
  ) : (
    <ParameterInput
      {...shared}
      type={type}
      choices={choices}
      value={value}
      onChange={(next) => form.setFieldValue(path, next)}
    />
  );
}
