import { NumberInput } from '@mantine/core';
import { durationText } from '../ui/instant.ts';

/** A length of time in minutes, told in hours and days where it is long. What is empty is no number. */
export function MinutesField({
  label,
  description,
  path,
  value,
  error,
  readOnly,
  onChange,
}: {
  readonly label: string;
  readonly description?: string;
  /** Where a message about it belongs, for whoever has tried to save. */
  readonly path: string;
  readonly value: number;
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly onChange: (minutes: number) => void;
}) {
  const isLong = value >= 60;
  return (
    <NumberInput
      label={label}
      description={description}
      data-path={path}
      suffix=" min"
      min={0}
      max={10_080}
      clampBehavior="none"
      readOnly={readOnly}
      rightSection={
        isLong ? <span className="minutes-words quiet">{durationText(value * 60_000)}</span> : undefined
      }
      rightSectionWidth={isLong ? 92 : undefined}
      rightSectionPointerEvents="none"
      value={Number.isNaN(value) ? '' : value}
      error={error}
      onChange={(minutes) => onChange(minutes === '' ? Number.NaN : Number(minutes))}
    />
  );
}
