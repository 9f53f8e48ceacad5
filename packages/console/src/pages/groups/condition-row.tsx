import { Select, TagsInput, TextInput } from '@mantine/core';
import { type Comparison, comparisonsOf, factParts } from '@patchbay/domain/group/comparison';
import { endpointFacts, type GroupCondition } from '@patchbay/domain/group/rule';
import { operatingSystemNames, operatingSystems } from '@patchbay/domain/operating-system';
import { IconX } from '@tabler/icons-react';
import { IconAction } from '../../ui/action-button.tsx';
import { withComparison, withFact } from './rule-draft.ts';

const factNames: Readonly<Record<(typeof endpointFacts)[number], string>> = {
  name: 'Name',
  hostname: 'Host name',
  os: 'Operating system',
  osName: 'Name of the system',
  osVersion: 'Version of the system',
  kernel: 'Kernel',
  architecture: 'Architecture',
  address: 'Address',
  timeZone: 'Time zone',
  agentVersion: 'Agent version',
  rebootNeeded: 'Reboot needed',
};
const facts = [
  ...endpointFacts.map((fact) => ({ value: fact as string, label: factNames[fact] })),
  { value: 'tag', label: 'Tag …' },
  { value: 'extra', label: 'Further fact …' },
];

const comparisonNames: Readonly<Record<Comparison, string>> = {
  equal: 'is',
  notEqual: 'is not',
  oneOf: 'is one of',
  like: 'is like',
  atLeast: 'is at least',
  below: 'is below',
  within: 'is within',
  present: 'is known',
};

const placeholders: Partial<Record<Comparison, string>> = {
  like: 'web-*',
  atLeast: '9.10',
  below: '9.10',
  within: '10.1.0.0/16',
};

const fixedValues: Readonly<Record<string, { value: string; label: string }[]>> = {
  os: operatingSystems.map((os) => ({ value: os, label: operatingSystemNames[os] })),
  rebootNeeded: [
    { value: 'true', label: 'yes' },
    { value: 'false', label: 'no' },
  ],
};

interface Own {
  readonly condition: GroupCondition;
  readonly path: string;
  readonly errors: ReadonlyMap<string, string>;
  readonly readOnly: boolean;
  readonly onChange: (condition: GroupCondition) => void;
}

/** One condition: a fact, how it is compared, and with what. */
export function ConditionRow({ onRemove, ...own }: Own & { readonly onRemove: () => void }) {
  const { condition, path, errors, readOnly, onChange } = own;
  const { kind, name } = factParts(condition.fact);
  const possible = comparisonsOf(condition.fact);
  const offered = possible.includes(condition.is) ? possible : [...possible, condition.is];
  const place = `condition ${path.replaceAll(/\D+/g, ' ').trim()}`;
  const named = kind === 'tag' || kind === 'extra';
  return (
    <div className="rule-condition">
      <Select
        size="xs"
        aria-label={`Fact of ${place}`}
        allowDeselect={false}
        searchable
        readOnly={readOnly}
        data={facts}
        value={kind}
        onChange={(next) => {
          const isNamed = next === 'tag' || next === 'extra';
          if (next !== null && next !== kind) onChange(withFact(condition, isNamed ? `${next}.` : next));
        }}
      />
      {named && (
        <TextInput
          size="xs"
          aria-label={`Name of the ${kind === 'tag' ? 'tag' : 'fact'} of ${place}`}
          placeholder={kind === 'tag' ? 'ring' : 'site'}
          readOnly={readOnly}
          error={errors.get(`${path}.fact`)}
          value={name}
          onChange={({ currentTarget }) => onChange({ ...condition, fact: `${kind}.${currentTarget.value}` })}
        />
      )}
      <Select
        size="xs"
        aria-label={`Comparison of ${place}`}
        allowDeselect={false}
        readOnly={readOnly}
        error={errors.get(`${path}.is`)}
        data={offered.map((is) => ({ value: is, label: comparisonNames[is] }))}
        value={condition.is}
        onChange={(is) => onChange(withComparison(condition, is as Comparison))}
      />
      <ValueField {...own} place={place} />
      {!readOnly && <IconAction icon={IconX} label={`Remove ${place}`} onClick={onRemove} />}
    </div>
  );
}

function ValueField({
  condition,
  path,
  errors,
  readOnly,
  onChange,
  place,
}: Own & { readonly place: string }) {
  if (condition.is === 'present') return null;
  const fixed = fixedValues[condition.fact];
  const label = `Value of ${place}`;
  if (condition.is === 'oneOf') {
    return (
      <TagsInput
        size="xs"
        className="rule-value"
        aria-label={label}
        placeholder={condition.values.length === 0 ? 'Values, each with Enter' : ''}
        readOnly={readOnly}
        error={errors.get(`${path}.values`)}
        data={fixed?.map(({ value }) => value) ?? []}
        value={[...condition.values]}
        onChange={(values) => onChange({ ...condition, values })}
      />
    );
  }
  if (fixed !== undefined && condition.is !== 'like') {
    return (
      <Select
        size="xs"
        className="rule-value"
        aria-label={label}
        allowDeselect={false}
        readOnly={readOnly}
        error={errors.get(`${path}.value`)}
        data={fixed}
        value={condition.value.toLowerCase()}
        onChange={(value) => onChange({ ...condition, value: value ?? '' })}
      />
    );
  }
  return (
    <TextInput
      size="xs"
      className="rule-value"
      aria-label={label}
      placeholder={placeholders[condition.is] ?? ''}
      readOnly={readOnly}
      error={errors.get(`${path}.value`)}
      value={condition.value}
      onChange={({ currentTarget }) => onChange({ ...condition, value: currentTarget.value })}
    />
  );
}
