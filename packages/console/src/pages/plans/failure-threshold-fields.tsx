import { NumberInput, Select } from '@mantine/core';
import type { PlanInput } from '@patchbay/contracts/plan';
import type { StepProps } from './step-props.ts';

type Threshold = PlanInput['rollout']['failureThreshold'];

/** When a cycle halts by itself because too much has failed (P-08). */
export function FailureThresholdFields({
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
