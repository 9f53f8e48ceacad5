import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { GroupSummary } from '@patchbay/contracts/group';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { parseSelector } from '@patchbay/domain/selector/selector';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { thingQuery } from '../../api/things.ts';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';

const typingMs = 300;
const mostNamed = 6;

/** Which endpoints a window is for: groups that are picked, and anything else that a selector says. */
export function WindowEndpoints({
  selector,
  error,
  onChange,
}: {
  readonly selector: string;
  readonly error: string | null;
  readonly onChange: (selector: string) => void;
}) {
  const [picked, setPicked] = useState(0);
  return (
    <Section title="Whom it is for">
      <div className="form-columns">
        <TextInput
          label="Endpoints"
          description="Terms with commas between them: group:NAME, endpoint:NAME, tag:ring=pilot, os:linux, all"
          required
          error={error}
          value={selector}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        <ThingPicker<GroupSummary>
          key={picked}
          noun="groups"
          label="Add a group"
          description="Who belongs to it is seen each time"
          chosen={null}
          onChange={({ name }) => {
            setPicked(picked + 1);
            const term = `group:${name}`;
            const terms = selector.split(',').map((one) => one.trim());
            if (!terms.includes(term)) onChange([...terms, term].filter((one) => one !== '').join(','));
          }}
        />
      </div>
      <Meant selector={selector} />
    </Section>
  );
}

function Meant({ selector }: { readonly selector: string }) {
  const isValid = selector.trim() !== '' && parseSelector(selector).ok;
  const [asked] = useDebouncedValue(isValid ? selector : null, typingMs);
  const found = useQuery({
    ...thingQuery<ListPage<EndpointSummary>>('endpoints', '/endpoints', {
      selector: asked ?? '',
      limit: mostNamed,
    }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
  });
  if (!isValid || found.data === undefined) {
    return found.isError && isValid ? <ProblemView error={found.error} /> : null;
  }
  if (found.isError) return <ProblemView error={found.error} />;
  const { items, nextCursor } = found.data;
  const names = items.map(({ name }) => name).join(', ');
  return (
    <p className="form-words quiet" aria-live="polite">
      {items.length === 0 ? 'No endpoint is meant by this now.' : `Now: ${names}`}
      {nextCursor !== null && ' and others'}
    </p>
  );
}
