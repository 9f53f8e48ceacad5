import { Group, NumberInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import type { TaskCategory } from '@patchbay/domain/task/category';
import { fullTime } from '../../ui/instant.ts';
import { type Start, type StartWay, startTime } from './start.ts';

const lateness = [
  { value: '', label: 'However late' },
  { value: '15', label: '15 minutes late' },
  { value: '60', label: 'An hour late' },
  { value: '240', label: '4 hours late' },
];

/** Chooses when a task starts: at once, at a set time, or as a health check again and again (L-26, L-27). */
export function StartChoice({
  category,
  start,
  errors,
  onChange,
}: {
  readonly category: TaskCategory;
  readonly start: Start;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (start: Start) => void;
}) {
  const set = (part: Partial<Start>): void => onChange({ ...start, ...part });
  const at = startTime(start);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="When it starts"
        value={start.way}
        onChange={(way) => set({ way: way as StartWay })}
        data={[
          { value: 'now', label: 'Now' },
          { value: 'at', label: 'At a set time' },
          ...(category === 'Health Check' ? [{ value: 'repeat', label: 'Again and again' }] : []),
        ]}
      />
      {start.way !== 'now' && (
        <Group grow align="flex-start">
          <TextInput
            type="datetime-local"
            label={start.way === 'at' ? 'Start' : 'First time'}
            description={at === null ? 'In the time of your browser' : fullTime(at)}
            required
            error={errors['at']}
            value={start.local}
            onChange={({ currentTarget }) => set({ local: currentTarget.value })}
          />
          {start.way === 'at' ? (
            <Select
              label="If the server was not there"
              description="It may start at most"
              allowDeselect={false}
              data={lateness}
              value={start.withinMinutes}
              onChange={(value) => set({ withinMinutes: value ?? '' })}
            />
          ) : (
            <NumberInput
              label="Every"
              description="Minutes"
              min={1}
              max={40_320}
              allowDecimal={false}
              error={errors['everyMinutes']}
              value={start.everyMinutes}
              onChange={(value) => set({ everyMinutes: Number(value) })}
            />
          )}
          <NumberInput
            label="Spread over"
            description="Minutes; 0: all at once"
            min={0}
            max={1440}
            allowDecimal={false}
            error={errors['spreadMinutes']}
            value={start.spreadMinutes}
            onChange={(value) => set({ spreadMinutes: Number(value) })}
          />
        </Group>
      )}
      {start.way !== 'now' && (
        <Text size="sm" c="dimmed">
          Which endpoints are meant is seen when it starts. What waits is listed under Activities, Scheduled.
        </Text>
      )}
    </Stack>
  );
}
