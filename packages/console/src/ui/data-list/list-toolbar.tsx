import { Button, Checkbox, CloseButton, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import {
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconColumns3,
  IconDownload,
  IconRefresh,
  IconSearch,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { IconAction } from '../action-button.tsx';
import { FacetChoice } from './facet-choice.tsx';
import { columnsPart, type ListAddress } from './list-address.ts';
import type { Column, Facet, ListDefinition } from './list-definition.ts';

const typingMs = 250;

/** Search, facets, and how the list looks. */
export function ListToolbar<Row>({
  list,
  address,
  count,
  refreshing,
  onRefresh,
  onExport,
}: {
  readonly list: ListDefinition<Row>;
  readonly address: ListAddress;
  readonly count: string;
  readonly refreshing: boolean;
  readonly onRefresh: () => void;
  readonly onExport: () => void;
}) {
  const { things, facets = [], searchIn, columns } = list;
  const clear = (): void =>
    address.change({ search: '', ...Object.fromEntries(facets.map(({ id }) => [id, ''])) });
  return (
    <div className="list-toolbar" role="toolbar" aria-label={`Filter and show ${things}`}>
      {searchIn !== undefined && <SearchField address={address} searchIn={searchIn} things={things} />}
      {facets.map((facet: Facet) => (
        <FacetChoice
          key={facet.id}
          facet={facet}
          value={address.chosen[facet.id] ?? null}
          onChange={(value) => address.change({ [facet.id]: value ?? '' })}
        />
      ))}
      {address.isFiltered && (
        <Button variant="subtle" size="xs" onClick={clear}>
          Clear filters
        </Button>
      )}
      <span className="list-count quiet figures" aria-live="polite">
        {count}
      </span>
      <IconAction
        icon={IconRefresh}
        label="Read again"
        {...(refreshing ? { className: 'list-refreshing' } : {})}
        onClick={onRefresh}
      />
      <IconAction
        icon={address.dense ? IconBaselineDensityMedium : IconBaselineDensitySmall}
        label={address.dense ? 'More space between rows' : 'Less space between rows'}
        onClick={() => address.change({ density: address.dense ? '' : 'dense' })}
      />
      <ColumnChoice columns={columns} address={address} />
      <IconAction
        icon={IconDownload}
        label={list.exportPath === undefined ? 'Save what is shown as CSV' : 'Save all of them as CSV'}
        onClick={onExport}
      />
    </div>
  );
}

function SearchField({
  address,
  searchIn,
  things,
}: {
  readonly address: ListAddress;
  readonly searchIn: string;
  readonly things: string;
}) {
  const [typed, setTyped] = useState(address.search);
  const sent = useRef(address.search);
  const settle = useDebouncedCallback((search: string) => {
    sent.current = search;
    address.change({ search });
  }, typingMs);
  // The address may also change by going back, or by "Clear filters".
  useEffect(() => {
    if (address.search !== sent.current) setTyped(address.search);
    sent.current = address.search;
  }, [address.search]);
  const set = (text: string): void => {
    setTyped(text);
    settle(text);
  };
  return (
    <TextInput
      className="list-search"
      size="sm"
      type="search"
      aria-label={`Search ${things} by ${searchIn}`}
      placeholder={`Search by ${searchIn}`}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      rightSection={
        typed === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => set('')} />
      }
      maxLength={120}
      value={typed}
      onChange={(event) => set(event.currentTarget.value)}
    />
  );
}

function ColumnChoice<Row>({
  columns,
  address,
}: {
  readonly columns: readonly Column<Row>[];
  readonly address: ListAddress;
}) {
  const toggle = (id: string, on: boolean): void => {
    const shown = new Set(address.shownColumns);
    if (on) shown.add(id);
    else shown.delete(id);
    if (shown.size > 0) address.change({ columns: columnsPart(columns, shown) });
  };
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withinPortal trapFocus>
      <Popover.Target>
        <IconAction
          icon={IconColumns3}
          label="Choose columns"
          onClick={() => setOpened((before) => !before)}
        />
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Text size="xs" c="dimmed" mb={6}>
          Columns
        </Text>
        <Stack gap={8}>
          {columns.map(({ id, header }) => (
            <Checkbox
              key={id}
              size="xs"
              label={header}
              checked={address.shownColumns.has(id)}
              onChange={(event) => toggle(id, event.currentTarget.checked)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
