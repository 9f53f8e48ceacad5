import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Query } from '../api/client.ts';
import { thingQuery } from '../api/things.ts';

const typingMs = 200;
const shown = 50;

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Chooses one of many things, which the server searches by name. */
export function ThingPicker<Item extends Named>({
  noun,
  query = {},
  chosen,
  onChange,
  label,
  description = null,
  error = null,
  readOnly = false,
  required = false,
  placeholder = 'Search by name',
}: {
  readonly noun: string;
  readonly query?: Query;
  readonly chosen: Named | null;
  readonly onChange: (item: Item) => void;
  readonly label: string;
  readonly description?: string | null;
  readonly error?: string | null;
  readonly readOnly?: boolean;
  readonly required?: boolean;
  readonly placeholder?: string;
}) {
  const [typed, setTyped] = useState(chosen?.name ?? '');
  const [search] = useDebouncedValue(typed === chosen?.name ? '' : typed.trim(), typingMs);
  const found = useQuery({
    ...thingQuery<ListPage<Item>>(noun, `/${noun}`, { ...query, search, limit: shown }),
    placeholderData: keepPreviousData,
    enabled: !readOnly,
  });
  const items = found.data?.items ?? [];
  const options = [
    ...(chosen === null || items.some(({ id }) => id === chosen.id) ? [] : [chosen]),
    ...items,
  ].map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      label={label}
      description={description}
      error={error}
      withAsterisk={required}
      readOnly={readOnly}
      placeholder={placeholder}
      searchable
      allowDeselect={false}
      nothingFoundMessage={found.isFetching ? 'Searching …' : 'Nothing is called like this'}
      maxDropdownHeight={300}
      data={options}
      filter={({ options: all }) => all}
      value={chosen?.id ?? null}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(id) => {
        const item = items.find((one) => one.id === id);
        if (item !== undefined) onChange(item);
      }}
    />
  );
}
