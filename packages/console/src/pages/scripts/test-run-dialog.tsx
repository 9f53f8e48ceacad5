import { Button, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import type { ParameterValues } from '@patchbay/contracts/task';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { send } from '../../api/client.ts';
import { fieldErrors } from '../../forms/field-errors.ts';
import { ParameterFields } from '../../forms/parameter-fields.tsx';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RunTaskProgress } from '../tasks/run-task-progress.tsx';
import type { ScriptValues } from './script-values.ts';

const modalId = 'test-run';
const close = (): void => modals.close(modalId);

/** What was chosen for the test-run before; the next one begins with it. */
interface Chosen {
  readonly endpoint: EndpointSummary | null;
  readonly values: ParameterValues;
}

/** Opens the test-run of a script as it stands in its editor, saved or not, on one endpoint. */
export function openTestRun(script: ScriptValues): void {
  modals.open({
    modalId,
    title: `Test-run of “${nameOf(script)}”`,
    size: 'min(52rem, 94vw)',
    children: <TestRun script={script} />,
  });
}

function TestRun({ script }: { readonly script: ScriptValues }) {
  const [opened, setOpened] = useState<Cycle | null>(null);
  return opened === null ? (
    <TestRunForm script={script} onOpened={setOpened} />
  ) : (
    <RunTaskProgress cycle={opened} onClose={close} />
  );
}

function TestRunForm({
  script,
  onOpened,
}: {
  readonly script: ScriptValues;
  readonly onOpened: (cycle: Cycle) => void;
}) {
  const { os, interpreter, content, parameters } = script;
  const name = nameOf(script);
  const queryClient = useQueryClient();
  const before = queryClient.getQueryData<Chosen>(['test-run', name]);
  const [endpoint, setEndpoint] = useState(before?.endpoint ?? null);
  const [values, setValues] = useState<ParameterValues>(before?.values ?? {});
  const run = useMutation({
    mutationFn: (on: EndpointSummary) =>
      send<Cycle>('POST', '/script-test-runs', {
        name,
        interpreter,
        content,
        parameters,
        values: knownValues(parameters, values),
        endpoint: on.id,
      }),
    onSuccess: async (cycle) => {
      const secret = new Set(parameters.flatMap((one) => (one.type === 'secret' ? [one.name] : [])));
      const kept = Object.entries(values).filter(([parameter]) => !secret.has(parameter));
      queryClient.setQueryData<Chosen>(['test-run', name], { endpoint, values: Object.fromEntries(kept) });
      onOpened(cycle);
      await queryClient.invalidateQueries({ queryKey: ['cycles'] });
    },
  });
  const errors = run.isError ? valueErrors(run.error) : {};
  const only = os.length === 1 ? os[0] : undefined;
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        It runs once, for real, as it stands in the editor. Nothing of it is saved, and it appears in the
        activities.
      </Text>
      <ThingPicker<EndpointSummary>
        noun="endpoints"
        {...(only === undefined ? {} : { query: { os: only } })}
        label="Endpoint"
        description={only === undefined ? null : `Those with ${operatingSystemNames[only]}`}
        required
        chosen={endpoint}
        onChange={setEndpoint}
      />
      {parameters.length > 0 && (
        <ParameterFields parameters={parameters} values={values} errors={errors} onChange={setValues} />
      )}
      {run.isError && <ProblemView error={run.error} />}
      <DialogFoot onLeave={close}>
        <Button
          disabled={endpoint === null}
          loading={run.isPending}
          onClick={() => endpoint !== null && run.mutate(endpoint)}
        >
          {endpoint === null ? 'Run' : `Run on ${endpoint.name}`}
        </Button>
      </DialogFoot>
    </Stack>
  );
}

const nameOf = ({ name }: ScriptValues): string => name.trim() || 'Draft';

/** Values of parameters that the script has lost meanwhile are left behind. */
function knownValues(parameters: ScriptValues['parameters'], values: ParameterValues): ParameterValues {
  const known = new Set(parameters.map(({ name }) => name));
  return Object.fromEntries(Object.entries(values).filter(([name]) => known.has(name)));
}

function valueErrors(error: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldErrors(error)).map(([path, message]) => [
      path.replace(/^values\./, 'parameters.'),
      message,
    ]),
  );
}
