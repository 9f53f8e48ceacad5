import { MultiSelect, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { GroupSummary } from '@patchbay/contracts/group';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { type OperatingSystem, operatingSystemNames } from '@patchbay/domain/operating-system';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { thingQuery } from '../../api/things.ts';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';

/** The endpoints that a selector means now. */
export interface ChosenEndpoints {
  readonly selector: string;
  readonly names: readonly string[];
  /** There are more than were read. */
  readonly more: boolean;
}

type Named = Pick<EndpointSummary, 'id' | 'name'>;
type Way = 'names' | 'group' | 'tag' | 'all';

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
  const [named, setNamed] = useState<readonly Named[]>([]);
  const [group, setGroup] = useState<Named | null>(null);
  const [tag, setTag] = useState('');
  const [wanted] = useDebouncedValue(selectorOf({ way, named, group, tag, os }), typingMs);
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
          { value: 'group', label: 'By group' },
          { value: 'tag', label: 'By tag' },
          { value: 'all', label: `All ${operatingSystemNames[os]}` },
        ]}
      />
      {way === 'names' && <NamePicker os={os} named={named} onChange={setNamed} />}
      {way === 'group' && (
        <ThingPicker<GroupSummary>
          noun="groups"
          label="Group"
          description={`Its ${operatingSystemNames[os]} endpoints`}
          chosen={group}
          onChange={setGroup}
        />
      )}
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
  named,
  onChange,
}: {
  readonly os: OperatingSystem;
  readonly named: readonly Named[];
  readonly onChange: (named: readonly Named[]) => void;
}) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), typingMs);
  const found = useQuery({
    ...thingQuery<ListPage<EndpointSummary>>('endpoints', '/endpoints', { os, search, limit: 50 }),
    placeholderData: keepPreviousData,
  });
  const listed = new Map([...named, ...(found.data?.items ?? [])].map(({ id, name }) => [id, name] as const));
  return (
    <MultiSelect
      label="Endpoints"
      placeholder={named.length === 0 ? 'Search by name' : ''}
      searchable
      data={[...listed].map(([value, label]) => ({ value, label }))}
      filter={({ options }) => options}
      nothingFoundMessage={`No ${operatingSystemNames[os]} endpoint is called like this`}
      value={named.map(({ id }) => id)}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={(next) => onChange(next.map((id) => ({ id, name: listed.get(id) ?? id })))}
    />
  );
}

/** Names one endpoint in a selector, as people read it where that is possible. */
export function endpointSelector({ id, name }: Named): string {
  return `endpoint:${/[,\s]/.test(name) ? id : name}`;
}

function selectorOf({
  way,
  named,
  group,
  tag,
  os,
}: {
  readonly way: Way;
  readonly named: readonly Named[];
  readonly group: Named | null;
  readonly tag: string;
  readonly os: OperatingSystem;
}): string | null {
  switch (way) {
    case 'all':
      return `os:${os}`;
    case 'names':
      return named.length === 0 ? null : named.map(endpointSelector).join(',');
    case 'group':
      return group === null ? null : `group:${group.name}`;
    case 'tag':
      return /^[^=,\s]+=[^,]+$/.test(tag.trim()) ? `tag:${tag.trim()}` : null;
  }
}

function touched(names: readonly string[], more: boolean, os: OperatingSystem): string {
  if (names.length === 0) return `No ${operatingSystemNames[os]} endpoint is meant by this.`;
  const first = names.slice(0, mostNamed).join(', ');
  const rest = names.length - mostNamed;
  if (more) return `${first} and more than ${mostRead - mostNamed} others.`;
  return rest > 0 ? `${first} and ${rest} others.` : `${first}.`;
}
