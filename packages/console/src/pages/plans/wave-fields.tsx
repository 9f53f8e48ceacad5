import { Autocomplete, Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { Group } from '@patchbay/contracts/group';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { useQuery } from '@tanstack/react-query';
import { thingQuery } from '../../api/things.ts';
import { PlaceActions } from '../../ui/place-actions.tsx';
import type { DraftWave } from './plan-values.ts';
import type { StepProps } from './step-props.ts';

type Gate = NonNullable<DraftWave['gate']>;

/** What a gate asks for until something else is said: that everything has succeeded. */
export const newGate: Gate = {
  minimumSuccessPercent: 100,
  minimumSample: null,
  soakMinutes: 0,
  approval: false,
};

/** One wave: which endpoints are in it, and what must hold before the next one opens (P-08). */
export function WaveFields({
  wave,
  index,
  last,
  said,
  onChange,
  onMove,
  onRemove,
}: {
  readonly wave: DraftWave;
  readonly index: number;
  readonly last: number;
  readonly said: StepProps['said'];
  readonly onChange: (wave: DraftWave) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}) {
  const { gate } = wave;
  const path = `rollout.waves.${index}`;
  const name = wave.name.trim() || `wave ${index + 1}`;
  return (
    <li className="wave-row">
      <div className="wave-fields">
        <TextInput
          label="Wave"
          maxLength={120}
          value={wave.name}
          error={said[`${path}.name`]}
          onChange={({ currentTarget }) => onChange({ ...wave, name: currentTarget.value })}
        />
        <SizeFields
          size={wave.size}
          path={`${path}.size`}
          said={said}
          onChange={(size) => onChange({ ...wave, size })}
        />
        <span className="plan-row-deeds">
          <PlaceActions name={name} index={index} last={last} onMove={onMove} onRemove={onRemove} />
        </span>
      </div>
      {said[path] !== undefined && <p className="plan-said">{said[path]}</p>}
      <Checkbox
        label="A gate behind it"
        description={
          gate === null
            ? 'The next wave opens when every run of this one has ended, whatever came of it'
            : 'The next wave opens only when all of this holds'
        }
        checked={gate !== null}
        onChange={({ currentTarget }) =>
          onChange({
            ...wave,
            gate: currentTarget.checked ? newGate : null,
          })
        }
      />
      {gate !== null && (
        <GateFields
          gate={gate}
          path={`${path}.gate`}
          said={said}
          onChange={(next) => onChange({ ...wave, gate: next })}
        />
      )}
    </li>
  );
}

function SizeFields({
  size,
  path,
  said,
  onChange,
}: {
  readonly size: DraftWave['size'];
  readonly path: string;
  readonly said: StepProps['said'];
  readonly onChange: (size: DraftWave['size']) => void;
}) {
  const groups = useQuery(thingQuery<ListPage<Pick<Group, 'name'>>>('groups', '/groups', { limit: 500 }));
  return (
    <>
      <Select
        label="Size by"
        allowDeselect={false}
        data={[
          { value: 'percent', label: 'Per cent of all' },
          { value: 'count', label: 'Number of endpoints' },
          { value: 'group', label: 'Group' },
        ]}
        value={size.kind}
        onChange={(kind) =>
          onChange(
            kind === 'group'
              ? { kind, group: '' }
              : kind === 'count'
                ? { kind, count: 10 }
                : { kind: 'percent', percent: 10 },
          )
        }
      />
      {size.kind === 'percent' && (
        <NumberInput
          label="Per cent"
          min={0.1}
          max={100}
          value={size.percent}
          error={said[`${path}.percent`] ?? said[path]}
          onChange={(value) => onChange({ kind: 'percent', percent: Math.max(0.1, Number(value)) })}
        />
      )}
      {size.kind === 'count' && (
        <NumberInput
          label="Endpoints"
          min={1}
          allowDecimal={false}
          value={size.count}
          error={said[`${path}.count`] ?? said[path]}
          onChange={(value) => onChange({ kind: 'count', count: Math.max(1, Number(value)) })}
        />
      )}
      {size.kind === 'group' && (
        <Autocomplete
          label="Group"
          data={groups.data?.items.map(({ name }) => name) ?? []}
          value={size.group}
          error={said[`${path}.group`] ?? said[path]}
          onChange={(group) => onChange({ kind: 'group', group })}
        />
      )}
    </>
  );
}

function GateFields({
  gate,
  path,
  said,
  onChange,
}: {
  readonly gate: Gate;
  readonly path: string;
  readonly said: StepProps['said'];
  readonly onChange: (gate: Gate) => void;
}) {
  return (
    <>
      <div className="wave-gate">
        <NumberInput
          label="Succeeded, per cent"
          min={0}
          max={100}
          value={gate.minimumSuccessPercent}
          error={said[`${path}.minimumSuccessPercent`]}
          onChange={(value) => onChange({ ...gate, minimumSuccessPercent: Number(value) })}
        />
        <NumberInput
          label="Of so many runs"
          placeholder="all of the wave"
          min={1}
          allowDecimal={false}
          value={gate.minimumSample ?? ''}
          error={said[`${path}.minimumSample`]}
          onChange={(value) => onChange({ ...gate, minimumSample: value === '' ? null : Number(value) })}
        />
        <NumberInput
          label="Watched, minutes"
          min={0}
          max={30 * 24 * 60}
          allowDecimal={false}
          value={gate.soakMinutes}
          error={said[`${path}.soakMinutes`]}
          onChange={(value) => onChange({ ...gate, soakMinutes: Number(value) })}
        />
        <Checkbox
          label="Somebody opens the next"
          mb="xs"
          checked={gate.approval}
          onChange={({ currentTarget }) => onChange({ ...gate, approval: currentTarget.checked })}
        />
      </div>
      {said[path] !== undefined && <p className="plan-said">{said[path]}</p>}
    </>
  );
}
