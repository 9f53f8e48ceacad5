import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import type { SnoozeChoice } from '@patchbay/domain/reboot/settings';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { IconAction } from '../ui/action-button.tsx';
import { durationText } from '../ui/instant.ts';

const mostChoices = 10;
const kinds = [
  { value: 'for', label: 'For a while' },
  { value: 'at0', label: 'Until a time' },
  { value: 'at1', label: 'Until tomorrow' },
];

/** The times that “Snooze” offers. */
export function SnoozeChoices({
  choices,
  errorOf,
  readOnly,
  onChange,
}: {
  readonly choices: readonly SnoozeChoice[];
  readonly errorOf: (path: string) => string | null;
  readonly readOnly: boolean;
  readonly onChange: (choices: readonly SnoozeChoice[]) => void;
}) {
  const all = errorOf('snoozeChoices');
  return (
    <fieldset className="snooze-choices">
      <legend>What “Snooze” offers</legend>
      {choices.map((choice, index) => (
        <SnoozeRow
          // Rows have no identity but their place.
          key={index}
          choice={choice}
          index={index}
          error={errorOf(`snoozeChoices.${index}`)}
          readOnly={readOnly}
          onChange={(changed) => onChange(choices.with(index, changed))}
          onRemove={choices.length > 1 ? () => onChange(choices.toSpliced(index, 1)) : null}
        />
      ))}
      {all !== null && <p className="field-problem">{all}</p>}
      {!readOnly && choices.length < mostChoices && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...choices, { kind: 'at', day: 1, hour: 9, minute: 0 }])}
        >
          Add a choice
        </Button>
      )}
    </fieldset>
  );
}

function SnoozeRow({
  choice,
  index,
  error,
  readOnly,
  onChange,
  onRemove,
}: {
  readonly choice: SnoozeChoice;
  readonly index: number;
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly onChange: (choice: SnoozeChoice) => void;
  readonly onRemove: (() => void) | null;
}) {
  const path = `interactiveReboot.snoozeChoices.${index}`;
  const name = `choice ${index + 1}`;
  return (
    <div className="snooze-row">
      <Select
        aria-label={`Kind of ${name}`}
        allowDeselect={false}
        readOnly={readOnly}
        data={kinds}
        value={choice.kind === 'for' ? 'for' : `at${choice.day}`}
        onChange={(kind) => onChange(changedKind(choice, kind ?? 'for'))}
      />
      {choice.kind === 'for' ? (
        <NumberInput
          aria-label={`Minutes of ${name}`}
          data-path={path}
          suffix=" min"
          min={0}
          max={10_080}
          clampBehavior="none"
          readOnly={readOnly}
          error={error}
          rightSection={
            choice.minutes >= 60 ? (
              <span className="minutes-words quiet">{durationText(choice.minutes * 60_000)}</span>
            ) : undefined
          }
          rightSectionWidth={choice.minutes >= 60 ? 92 : undefined}
          rightSectionPointerEvents="none"
          value={Number.isNaN(choice.minutes) ? '' : choice.minutes}
          onChange={(minutes) =>
            onChange({ kind: 'for', minutes: minutes === '' ? Number.NaN : Number(minutes) })
          }
        />
      ) : (
        <TextInput
          type="time"
          aria-label={`Time of ${name}`}
          data-path={path}
          readOnly={readOnly}
          error={error}
          value={timeField(choice)}
          onChange={({ currentTarget: { value } }) => onChange({ ...choice, ...fieldTime(value) })}
        />
      )}
      {!readOnly && (
        <IconAction
          icon={IconTrash}
          label={`Remove ${name}`}
          refusal={onRemove === null ? 'one choice must stay' : null}
          onClick={() => onRemove?.()}
        />
      )}
    </div>
  );
}

function changedKind(choice: SnoozeChoice, kind: string): SnoozeChoice {
  if (kind === 'for') return { kind: 'for', minutes: choice.kind === 'for' ? choice.minutes : 240 };
  const day = kind === 'at1' ? 1 : 0;
  if (choice.kind === 'at') return { ...choice, day };
  return { kind: 'at', day, hour: day === 1 ? 9 : 20, minute: 0 };
}

function timeField({ hour, minute }: Extract<SnoozeChoice, { kind: 'at' }>): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return Number.isNaN(hour) || Number.isNaN(minute) ? '' : `${two(hour)}:${two(minute)}`;
}

function fieldTime(text: string): { hour: number; minute: number } {
  const [hour, minute] = text.split(':');
  return { hour: Number(hour || Number.NaN), minute: Number(minute ?? Number.NaN) };
}
