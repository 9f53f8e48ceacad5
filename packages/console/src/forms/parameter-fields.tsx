import { Button, Group, PasswordInput, Stack, Text } from '@mantine/core';
import type { ParameterValues } from '@patchbay/contracts/task';
import type { ParameterValue, ScriptParameter } from '@patchbay/domain/script/parameter';
import { ParameterInput } from './parameter-input.tsx';

/** A value, or that a secret is stored which nobody sees again (L-03). */
type GivenValue = ParameterValues[string];

/** A script's parameters as fields (L-03). What is left empty is not given, so the default counts. */
export function ParameterFields({
  parameters,
  values,
  errors,
  readOnly = false,
  onChange,
}: {
  readonly parameters: readonly ScriptParameter[];
  readonly values: ParameterValues;
  /** By `parameters.<name>`. */
  readonly errors: Readonly<Record<string, unknown>>;
  readonly readOnly?: boolean;
  readonly onChange: (values: ParameterValues) => void;
}) {
  if (parameters.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The script has no parameters.
      </Text>
    );
  }
  const set = (name: string, value: GivenValue | undefined): void => {
    const { [name]: _before, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <Stack gap="md">
      {parameters.map((parameter) => {
        const error = errors[`parameters.${parameter.name}`];
        return (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={values[parameter.name]}
            error={typeof error === 'string' ? error : null}
            readOnly={readOnly}
            onChange={(value) => set(parameter.name, value)}
          />
        );
      })}
    </Stack>
  );
}

function ParameterField({
  parameter,
  value,
  error,
  readOnly,
  onChange,
}: {
  readonly parameter: ScriptParameter;
  readonly value: GivenValue | undefined;
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly onChange: (value: GivenValue | undefined) => void;
}) {
  const { name, label, help, required, type, choices, default: byDefault } = parameter;
  const shared = {
    label: label || name,
    description: help || null,
    withAsterisk: required && byDefault === null,
    error,
    readOnly,
    maw: 520,
  };
  if (type === 'secret') {
    return <SecretField {...shared} isStored={isStored(value)} value={plain(value)} onChange={onChange} />;
  }
  const isChosen = type === 'boolean' || type === 'choice';
  return (
    <ParameterInput
      {...shared}
      type={type}
      choices={choices}
      placeholder={byDefault === null ? (isChosen ? 'Choose' : '') : `${shownValue(byDefault)} (default)`}
      value={value === undefined ? null : plain(value)}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

function SecretField({
  isStored: stored,
  value,
  onChange,
  maw,
  ...shared
}: {
  readonly label: string;
  readonly description: string | null;
  readonly withAsterisk: boolean;
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly maw: number;
  readonly isStored: boolean;
  readonly value: ParameterValue;
  readonly onChange: (value: GivenValue | undefined) => void;
}) {
  return (
    <Group align="flex-end" maw={maw} wrap="nowrap">
      <PasswordInput
        {...shared}
        style={{ flex: 1 }}
        autoComplete="off"
        placeholder={stored ? 'A value is stored; it is never shown' : ''}
        readOnly={shared.readOnly || stored}
        value={String(value)}
        onChange={({ currentTarget }) =>
          onChange(currentTarget.value === '' ? undefined : currentTarget.value)
        }
      />
      {stored && !shared.readOnly && (
        <Button variant="default" onClick={() => onChange('')}>
          Replace
        </Button>
      )}
    </Group>
  );
}

function isStored(value: GivenValue | undefined): boolean {
  return typeof value === 'object';
}

function plain(value: GivenValue | undefined): ParameterValue {
  return value === undefined || typeof value === 'object' ? '' : value;
}

function shownValue(value: ParameterValue): string {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
}
