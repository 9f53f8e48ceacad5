import { Checkbox, NumberInput, SegmentedControl, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import type { PlanInput } from '@patchbay/contracts/plan';
import { useState } from 'react';
import { Section } from '../../ui/section.tsx';
import { RecurrenceFields } from './recurrence-fields.tsx';
import type { StepProps } from './step-props.ts';

type Schedule = PlanInput['schedule'];

const hourMinutes = 60;

/** When cycles open, how long they may take, and who is asked before (P-05, P-09, P-13). */
export function ScheduleStep({ draft, said, onChange }: StepProps) {
  const { schedule, deadlineMinutes, reportTo } = draft;
  const within = Object.fromEntries(
    Object.entries(said).flatMap(([path, message]) =>
      path.startsWith('schedule.recurrence.') ? [[path.slice('schedule.recurrence.'.length), message]] : [],
    ),
  );
  return (
    <>
      <Section title="When it starts">
        <SegmentedControl
          aria-label="When it starts"
          mb="md"
          value={schedule.kind}
          onChange={(kind) => onChange({ schedule: begun(kind) })}
          data={[
            { value: 'now', label: 'When activated' },
            { value: 'at', label: 'At a time' },
            { value: 'recurring', label: 'Again and again' },
          ]}
        />
        {schedule.kind === 'now' && (
          <Text size="sm" c="dimmed">
            A cycle opens as soon as somebody activates the plan.
          </Text>
        )}
        {schedule.kind === 'at' && (
          <StartField
            at={schedule.at}
            error={said['schedule.at'] ?? null}
            onChange={(at) => onChange({ schedule: { kind: 'at', at } })}
          />
        )}
        {schedule.kind === 'recurring' && (
          <RecurrenceFields
            recurrence={schedule.recurrence}
            said={within}
            onChange={(recurrence) => onChange({ schedule: { kind: 'recurring', recurrence } })}
          />
        )}
      </Section>
      <Section title="Limits and people">
        <div className="form-columns form-even">
          <NumberInput
            label="Deadline"
            description="Hours after which a cycle is ended; empty: the next one ends it"
            min={0}
            max={366 * 24}
            decimalScale={2}
            value={deadlineMinutes === null ? '' : deadlineMinutes / hourMinutes}
            error={said['deadlineMinutes']}
            onChange={(value) =>
              onChange({
                deadlineMinutes: value === '' ? null : Math.max(1, Math.round(Number(value) * hourMinutes)),
              })
            }
          />
          <TagsInput
            label="Report to"
            description="Mail addresses that get the report of each cycle when it has ended"
            value={reportTo}
            error={Object.entries(said).find(([path]) => path.startsWith('reportTo'))?.[1]}
            onChange={(addresses) => onChange({ reportTo: addresses })}
          />
        </div>
        <Stack gap="sm" mt="lg">
          <Checkbox
            label="Somebody has to approve"
            description="Activating it asks for an approval; nothing starts before"
            checked={draft.approvalRequired}
            onChange={({ currentTarget }) => onChange({ approvalRequired: currentTarget.checked })}
          />
          <Checkbox
            label="Emergency"
            description="Endpoints are worked on outside of their maintenance windows, too"
            checked={draft.emergency}
            onChange={({ currentTarget }) => onChange({ emergency: currentTarget.checked })}
          />
        </Stack>
      </Section>
    </>
  );
}

/** The field keeps what is typed; the plan keeps the instant, or nothing while it is not complete. */
function StartField({
  at,
  error,
  onChange,
}: {
  readonly at: string;
  readonly error: string | null;
  readonly onChange: (at: string) => void;
}) {
  const [local, setLocal] = useState(at === '' ? '' : localText(new Date(at)));
  return (
    <TextInput
      type="datetime-local"
      label="Start"
      description={`In the time of your browser, ${ownTimeZone()}`}
      required
      maw={320}
      error={error}
      value={local}
      onChange={({ currentTarget: { value } }) => {
        setLocal(value);
        const date = new Date(value);
        onChange(Number.isNaN(date.getTime()) ? '' : date.toISOString());
      }}
    />
  );
}

function begun(kind: Schedule['kind']): Schedule {
  switch (kind) {
    case 'now':
      return { kind };
    case 'at':
      return { kind, at: '' };
    case 'recurring':
      return {
        kind,
        recurrence: {
          rule: 'FREQ=MONTHLY;BYDAY=2TU',
          afterDays: 3,
          start: localText(new Date()).slice(0, 10),
          time: '22:00',
          timeZone: ownTimeZone(),
        },
      };
  }
}

function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** As a field for date and time holds it. */
function localText(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}
