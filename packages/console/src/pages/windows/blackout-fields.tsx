import { Button, TextInput } from '@mantine/core';
import type { WindowInput } from '@patchbay/contracts/window';
import { IconPlus, IconX } from '@tabler/icons-react';
import { IconAction } from '../../ui/action-button.tsx';
import { Section } from '../../ui/section.tsx';

type Blackout = WindowInput['blackouts'][number];

/** The days on which a window does not open (P-06). */
export function BlackoutFields({
  blackouts,
  errors,
  onChange,
}: {
  readonly blackouts: readonly Blackout[];
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (blackouts: Blackout[]) => void;
}) {
  const set = (index: number, part: Partial<Blackout>): void =>
    onChange(blackouts.map((one, place) => (place === index ? { ...one, ...part } : one)));
  const add = (): void => {
    const begin = blackouts.at(-1)?.to ?? new Date().toISOString().slice(0, 10);
    onChange([...blackouts, { from: begin, to: begin, reason: '' }]);
  };
  const problem = errors.get('blackouts');
  return (
    <Section
      title="Blackout dates"
      actions={
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
          Add days
        </Button>
      }
    >
      {blackouts.length === 0 && <span className="quiet">It opens whenever its days come.</span>}
      {blackouts.map(({ from, to, reason }, index) => {
        const path = `blackouts.${index}`;
        const place = `blackout ${index + 1}`;
        return (
          <div key={path} className="blackout">
            <TextInput
              type="date"
              aria-label={`First day of ${place}`}
              error={errors.get(`${path}.from`)}
              value={from}
              onChange={({ currentTarget }) => set(index, { from: currentTarget.value })}
            />
            <TextInput
              type="date"
              aria-label={`Last day of ${place}`}
              error={errors.get(`${path}.to`)}
              value={to}
              onChange={({ currentTarget }) => set(index, { to: currentTarget.value })}
            />
            <TextInput
              aria-label={`Reason of ${place}`}
              placeholder="Why, such as a change freeze"
              maxLength={200}
              value={reason}
              onChange={({ currentTarget }) => set(index, { reason: currentTarget.value })}
            />
            <IconAction
              icon={IconX}
              label={`Remove ${place}`}
              onClick={() => onChange(blackouts.filter((_, at) => at !== index))}
            />
          </div>
        );
      })}
      {problem !== undefined && <span className="status-bad">{problem}</span>}
    </Section>
  );
}
