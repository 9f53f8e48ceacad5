import { Text } from '@mantine/core';
import type { PlanInput, AssignmentPreview as Preview } from '@patchbay/contracts/plan';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import type { Named } from './plan-values.ts';

const tones: Readonly<Record<Preview['kind'], Tone>> = {
  assigned: 'good',
  exempt: 'skipped',
  outside: 'off',
  lacking: 'bad',
};

/** Says of any endpoint which workflow it follows, and why (P-03). */
export function AssignmentPreview({ plan }: { readonly plan: PlanInput | null }) {
  const [endpoint, setEndpoint] = useState<Named | null>(null);
  const preview = useQuery({
    queryKey: ['plans', 'preview', plan, endpoint?.id],
    queryFn: () => send<Preview>('POST', '/plans/preview', { plan, endpoint: endpoint?.id }),
    enabled: endpoint !== null && plan !== null,
    retry: false,
  });
  const { data } = preview;
  return (
    <Section title="Which workflow, and why">
      <div className="form-columns form-even">
        <ThingPicker<Named>
          noun="endpoints"
          label="Endpoint"
          chosen={endpoint}
          onChange={({ id, name }) => setEndpoint({ id, name })}
        />
        <div aria-live="polite">
          {preview.isError && <ProblemView error={preview.error} />}
          {data !== undefined && (
            <>
              <StatusMark tone={tones[data.kind]}>{data.workflow ?? 'No workflow'}</StatusMark>
              <Text size="sm">{data.why}</Text>
            </>
          )}
        </div>
      </div>
    </Section>
  );
}
