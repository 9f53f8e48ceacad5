import { Autocomplete, Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import type { Group } from '@patchbay/contracts/group';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { PlanInput } from '@patchbay/contracts/plan';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { thingQuery } from '../../api/things.ts';
import { ActionButton, IconAction } from '../../ui/action-button.tsx';
import { Section } from '../../ui/section.tsx';
import { type DraftWave, movedWithin } from './plan-values.ts';
import { rolloutInWords } from './plan-words.ts';
import type { StepProps } from './step-props.ts';
import { WaveBar } from './wave-bar.tsx';

type Gate = NonNullable<DraftWave['gate']>;
type Threshold = PlanInput['rollout']['failureThreshold'];

/** In which waves a cycle goes over its endpoints, and what stops it (P-08). */
export function RolloutStep({ draft, said, check, onChange }: StepProps) {
  const { rollout } = draft;
  const { waves } = rollout;
  const set = (part: Partial<PlanInput['rollout']>): void => onChange({ rollout: { ...rollout, ...part } });
  const add = (): void =>
    set({
      waves: [
        ...waves,
        {
          name: waves.length === 0 ? 'Canary' : `Wave ${waves.length + 1}`,
          size: { kind: 'percent', percent: waves.length === 0 ? 5 : 25 },
          gate: { minimumSuccessPercent: 100, minimumSample: null, soakMinutes: 0, approval: false },
        },
      ],
    });
  return (
    <>
      <Section title="Waves">
        <WaveBar waves={waves} endpoints={check?.endpoints ?? null} />
        <ol className="plan-rows" aria-label="Waves">
          {waves.map((wave, index) => (
            <Wave
              // Waves have no identity but their place; every field is controlled.
              key={`wave-${String(index)}`}
              wave={wave}
              index={index}
              last={waves.length - 1}
              said={said}
              onChange={(next) => set({ waves: waves.with(index, next) })}
              onMove={(to) => set({ waves: [...movedWithin(waves, index, to)] })}
              onRemove={() => set({ waves: waves.toSpliced(index, 1) })}
            />
          ))}
        </ol>
        {said['rollout.waves'] !== undefined && <p className="plan-said">{said['rollout.waves']}</p>}
        <ActionButton className="plan-add" icon={IconPlus} onClick={add}>
          Add a wave
        </ActionButton>
      </Section>
      <Section title="Pace and failures">
        <div className="form-columns form-thirds">
          <NumberInput
            label="At the same time"
            description="Runs at most; empty: as many as there are"
            min={1}
            allowDecimal={false}
            value={rollout.maximumConcurrent ?? ''}
            error={said['rollout.maximumConcurrent']}
            onChange={(value) => set({ maximumConcurrent: value === '' ? null : Number(value) })}
          />
          <Select
            label="Order"
            description="In which endpoints fill the waves"
            allowDeselect={false}
            data={[
              { value: 'drawn', label: 'Drawn for each cycle' },
              { value: 'byName', label: 'By name' },
            ]}
            value={rollout.order}
            onChange={(order) => set({ order: order === 'byName' ? 'byName' : 'drawn' })}
          />
          <ThresholdFields
            threshold={rollout.failureThreshold}
            said={said}
            onChange={(failureThreshold) => set({ failureThreshold })}
          />
        </div>
        <p className="plan-sentence quiet">{rolloutInWords(rollout).join(' ')}</p>
      </Section>
    </>
  );
}

function ThresholdFields({
  threshold,
  said,
  onChange,
}: {
  readonly threshold: Threshold;
  readonly said: StepProps['said'];
  readonly onChange: (threshold: Threshold) => void;
}) {
  const path = 'rollout.failureThreshold';
  return (
    <>
      <Select
        label="Halts by itself"
        description="When more has failed than this"
        allowDeselect={false}
        data={[
          { value: 'percent', label: 'Per cent of a wave' },
          { value: 'count', label: 'Failed runs in all' },
          { value: 'never', label: 'Never' },
        ]}
        value={threshold?.kind ?? 'never'}
        onChange={(kind) =>
          onChange(
            kind === 'percent'
              ? { kind, percent: 20, minimumSample: 10 }
              : kind === 'count'
                ? { kind, count: 0 }
                : null,
          )
        }
      />
      {threshold?.kind === 'count' && (
        <NumberInput
          label="Failed runs"
          description="0 halts at the first"
          min={0}
          allowDecimal={false}
          value={threshold.count}
          error={said[`${path}.count`]}
          onChange={(value) => onChange({ kind: 'count', count: Number(value) })}
        />
      )}
      {threshold?.kind === 'percent' && (
        <>
          <NumberInput
            label="Per cent"
            description="Of the runs of a wave that have ended"
            min={0}
            max={100}
            value={threshold.percent}
            error={said[`${path}.percent`]}
            onChange={(value) => onChange({ ...threshold, percent: Number(value) })}
          />
          <NumberInput
            label="After"
            description="So many runs, or all of a smaller wave"
            min={1}
            allowDecimal={false}
            value={threshold.minimumSample}
            error={said[`${path}.minimumSample`]}
            onChange={(value) => onChange({ ...threshold, minimumSample: Math.max(1, Number(value)) })}
          />
        </>
      )}
    </>
  );
}

function Wave({
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
          <IconAction
            icon={IconArrowUp}
            label={`Move ${name} up`}
            refusal={index === 0 ? 'it is the first' : null}
            onClick={() => onMove(index - 1)}
          />
          <IconAction
            icon={IconArrowDown}
            label={`Move ${name} down`}
            refusal={index === last ? 'it is the last' : null}
            onClick={() => onMove(index + 1)}
          />
          <IconAction icon={IconTrash} label={`Remove ${name}`} onClick={onRemove} />
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
            gate: currentTarget.checked
              ? { minimumSuccessPercent: 100, minimumSample: null, soakMinutes: 0, approval: false }
              : null,
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
