import { MultiSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { type OperatingSystem, operatingSystemNames } from '@patchbay/domain/operating-system';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { thingQuery } from '../../api/things.ts';
import { ProblemView } from '../../ui/problem-view.tsx';

/** The endpoints that a selector means now. */
export interface ChosenEndpoints {
  readonly selector: string;
  readonly names: readonly string[];
  /** There are more than were read. */
  readonly more: boolean;
}

type Way = 'names' | 'tag' | 'all';

const typingMs = 250;
const mostRead = 500;
const mostNamed = 6;

/** Chooses endpoints of one operating system, and says whom that touches. */
export function EndpointChoice({
  os,
  onChange,
}: {
  readonly os: OperatingSystem;
  readonly onChange: (chosen: ChosenEndpoints | null) => void;
}) {
  const [way, setWay] = useState<Way>('names');
  const [ids, setIds] = useState<readonly string[]>([]);
  const [tag, setTag] = useState('');
  const [wanted] = useDebouncedValue(selectorOf(way, ids, tag, os), typingMs);
  const found = useQuery({
    ...thingQuery<ListPage<EndpointSummary>>('endpoints', '/endpoints', {
      os,
      selector: wanted ?? '',
      limit: mostRead,
    }),
    enabled: wanted !== null,
  });
  const items = found.data?.items;
  const more = typeof found.data?.nextCursor === 'string';
  const names = useMemo(() => items?.map(({ name }) => name), [items]);
  useEffect(() => {
    onChange(wanted === null || names === undefined ? null : { selector: wanted, names, more });
  }, [wanted, names, more, onChange]);
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="How endpoints are chosen"
        value={way}
        onChange={(value) => setWay(value)}
        data={[
          { value: 'names', label: 'By name' },
          { value: 'tag', label: 'By tag' },
          { value: 'all', label: `All ${operatingSystemNames[os]}` },
        ]}
      />
      {way === 'names' && <NamePicker os={os} ids={ids} onChange={setIds} />}
      {way === 'tag' && (
        <TextInput
          label="Tag"
          description="As name=value"
          placeholder="ring=pilot"
          value={tag}
          onChange={({ currentTarget }) => setTag(currentTarget.value)}
        />
      )}
      {found.isError && <ProblemView error={found.error} />}
      <Text size="sm" c="dimmed" aria-live="polite">
        {wanted === null
          ? 'Choose at least one endpoint.'
          : names === undefined
            ? ' '
            : touched(names, more, os)}
      </Text>
    </Stack>
  );
}

function NamePicker({
  os,
  ids,
  onChange,
}: {
  readonly os: OperatingSystem;
  readonly ids: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
}) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), typingMs);
  const [known, setKnown] = useState<ReadonlyMap<string, string>>(new Map());
  const found = useQuery({
    ...thingQuery<ListPage<EndpointSummary>>('endpoints', '/endpoints', { os, search, limit: 50 }),
    placeholderData: keepPreviousData,
  });
  const listed = new Map([
    ...ids.map((id) => [id, known.get(id) ?? id] as const),
    ...(found.data?.items ?? []).map(({ id, name }) => [id, name] as const),
  ]);
  return (
    <MultiSelect
      label="Endpoints"
      placeholder={ids.length === 0 ? 'Search by name' : ''}
      searchable
      data={[...listed].map(([value, label]) => ({ value, label }))}
      filter={({ options }) => options}
      nothingFoundMessage={`No ${operatingSystemNames[os]} endpoint is called like this`}
      value={[...ids]}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(next) => {
        setKnown(new Map([...known, ...listed]));
        onChange(next);
      }}
    />
  );
}

function selectorOf(way: Way, ids: readonly string[], tag: string, os: OperatingSystem): string | null {
  if (way === 'all') return `os:${os}`;
  if (way === 'names') return ids.length === 0 ? null : ids.map((id) => `endpoint:${id}`).join(',');
  return /^[^=,\s]+=[^,]+$/.test(tag.trim()) ? `tag:${tag.trim()}` : null;
}

function touched(names: readonly string[], more: boolean, os: OperatingSystem): string {
  if (names.length === 0) return `No ${operatingSystemNames[os]} endpoint is meant by this.`;
  const first = names.slice(0, mostNamed).join(', ');
  const rest = names.length - mostNamed;
  if (more) return `${first} and more than ${mostRead - mostNamed} others.`;
  return rest > 0 ? `${first} and ${rest} others.` : `${first}.`;
}
