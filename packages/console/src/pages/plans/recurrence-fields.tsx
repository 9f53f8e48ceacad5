import { MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import {
  type Occurrence,
  occurrencesFrom,
  type Recurrence,
  recurrenceProblems,
} from '@patchbay/domain/schedule/recurrence';
import { recurrenceInWords } from '@patchbay/domain/schedule/recurrence-words';
import { useState } from 'react';
import { choiceOf, type RuleChoice, ruleOf } from './recurrence-rule-choice.ts';

const weekdays = [
  { value: 'MO', label: 'Monday' },
  { value: 'TU', label: 'Tuesday' },
  { value: 'WE', label: 'Wednesday' },
  { value: 'TH', label: 'Thursday' },
  { value: 'FR', label: 'Friday' },
  { value: 'SA', label: 'Saturday' },
  { value: 'SU', label: 'Sunday' },
];
const ordinals = [
  { value: '1', label: 'First' },
  { value: '2', label: 'Second' },
  { value: '3', label: 'Third' },
  { value: '4', label: 'Fourth' },
  { value: '5', label: 'Fifth' },
  { value: '-1', label: 'Last' },
];
const shownDates = 5;

/** When something comes again and again (P-05), in words and with the next dates. */
export function RecurrenceFields({
  recurrence,
  said,
  onChange,
}: {
  readonly recurrence: Recurrence;
  /** By the name of the field. */
  readonly said: Readonly<Record<string, string | undefined>>;
  readonly onChange: (recurrence: Recurrence) => void;
}) {
  // A rule that is written stays one, also while it reads like one that can be chosen.
  const [writes, setWrites] = useState(choiceOf(recurrence.rule).pattern === 'own');
  const choice: RuleChoice = { ...choiceOf(recurrence.rule), ...(writes ? { pattern: 'own' } : {}) };
  const set = (part: Partial<Recurrence>): void => onChange({ ...recurrence, ...part });
  const choose = (part: Partial<RuleChoice>): void =>
    set({ rule: ruleOf({ ...choice, ...part }, recurrence.rule) });
  return (
    <>
      <div className="form-columns form-thirds">
        <Select
          label="Repeats"
          allowDeselect={false}
          data={[
            { value: 'daily', label: 'Every day' },
            { value: 'weekly', label: 'On weekdays' },
            { value: 'nth', label: 'Monthly, by weekday' },
            { value: 'monthDay', label: 'Monthly, by date' },
            { value: 'own', label: 'By a rule of RFC 5545' },
          ]}
          value={choice.pattern}
          onChange={(pattern) => {
            setWrites(pattern === 'own');
            choose({ pattern: pattern ?? 'own' });
          }}
        />
        {choice.pattern === 'weekly' && (
          <MultiSelect
            label="Weekdays"
            data={weekdays}
            value={[...choice.weekdays]}
            onChange={(chosen) => choose({ weekdays: chosen })}
          />
        )}
        {choice.pattern === 'nth' && (
          <>
            <Select
              label="Which one"
              allowDeselect={false}
              data={ordinals}
              value={choice.ordinal}
              onChange={(ordinal) => choose({ ordinal: ordinal ?? '1' })}
            />
            <Select
              label="Weekday"
              allowDeselect={false}
              data={weekdays}
              value={choice.weekday}
              onChange={(weekday) => choose({ weekday: weekday ?? 'MO' })}
            />
          </>
        )}
        {choice.pattern === 'monthDay' && (
          <NumberInput
            label="Day of the month"
            description="A month without it: its last day"
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={1}
            max={31}
            allowDecimal={false}
            value={choice.monthDay}
            onChange={(value) => choose({ monthDay: Number(value) || 1 })}
          />
        )}
        {choice.pattern === 'own' && (
          <TextInput
            label="Rule"
            placeholder="FREQ=MONTHLY;BYDAY=2TU"
            value={recurrence.rule}
            error={said['rule']}
            onChange={({ currentTarget }) => set({ rule: currentTarget.value })}
          />
        )}
        <NumberInput
          label="Days later"
          description="So many days after each of these"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          min={0}
          max={31}
          allowDecimal={false}
          value={recurrence.afterDays}
          error={said['afterDays']}
          onChange={(value) => set({ afterDays: Number(value) })}
        />
        <TextInput
          type="time"
          label="Time"
          required
          value={recurrence.time}
          error={said['time']}
          onChange={({ currentTarget }) => set({ time: currentTarget.value })}
        />
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          limit={100}
          data={zonesWith(recurrence.timeZone)}
          value={recurrence.timeZone}
          error={said['timeZone']}
          onChange={(timeZone) => set({ timeZone: timeZone ?? 'UTC' })}
        />
        <TextInput
          type="date"
          label="From"
          required
          value={recurrence.start}
          error={said['start']}
          onChange={({ currentTarget }) => set({ start: currentTarget.value })}
        />
      </div>
      <NextDates recurrence={recurrence} />
    </>
  );
}

/** The recurrence in words, and its next dates in its own time zone. */
function NextDates({ recurrence }: { readonly recurrence: Recurrence }) {
  const [now] = useState(() => Date.now());
  const problems = recurrenceProblems(recurrence);
  if (problems.length > 0) return null;
  const dates = nextDates(recurrence, now);
  const clock = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone: recurrence.timeZone,
  });
  const words = recurrenceInWords(recurrence);
  return (
    <div className="form-words" aria-live="polite">
      <strong>{words.charAt(0).toUpperCase() + words.slice(1)}</strong>
      {dates.length === 0 ? (
        <p className="quiet">It does not come any more.</p>
      ) : (
        <ol className="plan-next" aria-label="Next dates">
          {dates.map(({ at }) => (
            <li key={at}>{clock.format(at)}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

function nextDates(recurrence: Recurrence, from: number): Occurrence[] {
  const dates: Occurrence[] = [];
  for (const occurrence of occurrencesFrom(recurrence, from)) {
    dates.push(occurrence);
    if (dates.length === shownDates) break;
  }
  return dates;
}

function zonesWith(zone: string): string[] {
  return [...new Set(['UTC', zone, ...Intl.supportedValuesOf('timeZone')])];
}
