import { NumberInput, Select, TextInput } from '@mantine/core';
import type { ParameterValue, ScriptParameter } from '@patchbay/domain/script/parameter';
import type { ReactNode } from 'react';

/** The field for a value of a script's parameter that is no secret. */
export function ParameterInput({
  type,
  choices,
  value,
  placeholder = '',
  onChange,
  ...shared
}: {
  readonly type: Exclude<ScriptParameter['type'], 'secret'>;
  /** For a choice only. */
  readonly choices: readonly string[];
  /** Null: none is given. */
  readonly value: ParameterValue | null;
  readonly placeholder?: string;
  readonly onChange: (value: ParameterValue | null) => void;
  readonly label: string;
  readonly description?: string | null;
  readonly withAsterisk?: boolean;
  readonly error: ReactNode;
  readonly readOnly: boolean;
  readonly size?: 'xs' | 'sm';
  readonly maw?: number;
}) {
  switch (type) {
    case 'number':
      return (
        <NumberInput
          {...shared}
          placeholder={placeholder}
          value={typeof value === 'number' ? value : ''}
          onChange={(next) => onChange(next === '' ? null : Number(next))}
        />
      );
    case 'boolean':
      return (
        <Select
          {...shared}
          placeholder={placeholder}
          clearable={!shared.readOnly}
          data={[
            { value: 'true', label: 'Yes' },
            { value: 'false', label: 'No' },
          ]}
          value={textOf(value)}
          onChange={(next) => onChange(next === null ? null : next === 'true')}
        />
      );
    case 'choice':
      return (
        <Select
          {...shared}
          placeholder={placeholder}
          clearable={!shared.readOnly}
          data={[...new Set(choices)]}
          value={textOf(value)}
          onChange={onChange}
        />
      );
    case 'string':
      return (
        <TextInput
          {...shared}
          placeholder={placeholder}
          value={textOf(value) ?? ''}
          onChange={({ currentTarget }) => onChange(currentTarget.value === '' ? null : currentTarget.value)}
        />
      );
  }
}

function textOf(value: ParameterValue | null): string | null {
  return value === null ? null : String(value);
}
