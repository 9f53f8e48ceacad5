import { NumberInput, Select } from '@mantine/core';
import type { PlanInput } from '@patchbay/contracts/plan';
import { IconPlus } from '@tabler/icons-react';
import { ActionButton } from '../../ui/action-button.tsx';
import { Section } from '../../ui/section.tsx';
import { FailureThresholdFields } from './failure-threshold-fields.tsx';
import { movedWithin } from './plan-values.ts';
import { rolloutInWords } from './plan-words.ts';
import type { StepProps } from './step-props.ts';
import { WaveBar } from './wave-bar.tsx';
import { newGate, WaveFields } from './wave-fields.tsx';

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
          gate: newGate,
        },
      ],
    });
  return (
    <>
      <Section title="Waves">
        <WaveBar waves={waves} endpoints={check?.endpoints ?? null} />
        <ol className="plan-rows" aria-label="Waves">
          {waves.map((wave, index) => (
            <WaveFields
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
          <FailureThresholdFields
            threshold={rollout.failureThreshold}
            said={said}
            onChange={(failureThreshold) => set({ failureThreshold })}
          />
        </div>
        <p className="form-words quiet">{rolloutInWords(rollout).join(' ')}</p>
      </Section>
    </>
  );
}
