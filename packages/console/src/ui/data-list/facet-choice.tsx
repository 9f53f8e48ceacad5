import { Button, Menu } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import type { Facet } from './list-definition.ts';

/** One facet: its name, or what is chosen of it. */
export function FacetChoice({
  facet: { label, options },
  value,
  onChange,
}: {
  readonly facet: Facet;
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
}) {
  const chosen = options.find((option) => option.value === value);
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <Button
          size="sm"
          variant={chosen ? 'light' : 'default'}
          className="list-facet"
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
        >
          {chosen ? `${label}: ${chosen.label}` : label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
        <Menu.Item onClick={() => onChange(null)} rightSection={chosen ? null : <Chosen />}>
          Any
        </Menu.Item>
        {options.map((option) => (
          <Menu.Item
            key={option.value}
            onClick={() => onChange(option.value)}
            rightSection={option === chosen ? <Chosen /> : null}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chosen() {
  return <IconCheck size={14} aria-label="chosen" />;
}
