import { Group, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { IconAction } from '../action-button.tsx';
import { lineToText, type OutputLine } from './ansi.ts';

/** Looking for something in lines. */
interface LineSearch {
  readonly typed: string;
  /** What is looked for, in small letters; empty: nothing. */
  readonly wanted: string;
  readonly type: (text: string) => void;
  /** How many lines have it. */
  readonly hits: number;
  /** Which of them is looked at, from 0. */
  readonly hit: number;
  /** The place of that line among all; null: none has it. */
  readonly current: number | null;
  /** Goes on to the next of them, or back with -1. */
  readonly go: (step: 1 | -1) => void;
}

/** Looks for what is typed, and goes from one line that has it to the next. */
export function useLineSearch(lines: readonly OutputLine[]): LineSearch {
  const [typed, setTyped] = useState('');
  const wanted = useDeferredValue(typed.trim().toLowerCase());
  const [chosen, setChosen] = useState(0);
  const found = useMemo(
    () =>
      wanted === ''
        ? []
        : lines.flatMap(({ raw }, index) => (lineToText(raw).toLowerCase().includes(wanted) ? [index] : [])),
    [lines, wanted],
  );
  const hits = found.length;
  const hit = Math.min(chosen, hits - 1);
  return {
    typed,
    wanted,
    type: (text) => {
      setTyped(text);
      setChosen(0);
    },
    hits,
    hit,
    current: found[hit] ?? null,
    go: (step) => setChosen((before) => (hits === 0 ? 0 : (before + step + hits) % hits)),
  };
}

/** What is typed, and how many lines have it. */
export function SearchField({
  search: { typed, wanted, type, hits, hit, go },
  onGo,
}: {
  readonly search: LineSearch;
  /** Called before it goes to another line. */
  readonly onGo: () => void;
}) {
  const goOn = (step: 1 | -1): void => {
    onGo();
    go(step);
  };
  return (
    <>
      <TextInput
        size="xs"
        type="search"
        aria-label="Search in the output"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden="true" />}
        value={typed}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') goOn(event.shiftKey ? -1 : 1);
        }}
      />
      {wanted !== '' && (
        <Group gap={2} wrap="nowrap">
          <span className="figures quiet output-hits">
            {hits === 0 ? 'nothing' : `${hit + 1} of ${hits}`}
          </span>
          <IconAction icon={IconArrowUp} label="Previous hit" onClick={() => goOn(-1)} />
          <IconAction icon={IconArrowDown} label="Next hit" onClick={() => goOn(1)} />
        </Group>
      )}
    </>
  );
}
