import { Alert, Button, Stack } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { Script, ScriptRevision } from '@patchbay/contracts/script';
import type { ParameterValues, Task } from '@patchbay/contracts/task';
import type { TaskSchedule } from '@patchbay/contracts/task-schedule';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { parameterProblems } from '@patchbay/domain/task/problems';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, send } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { fieldErrors, sentence } from '../../forms/field-errors.ts';
import { ParameterFields } from '../../forms/parameter-fields.tsx';
import { ThingPicker } from '../../forms/thing-picker.tsx';
import { DialogFoot } from '../../ui/dialog-foot.tsx';
import { fullTime } from '../../ui/instant.ts';
import { notifyDone } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { type ChosenEndpoints, EndpointChoice, endpointSelector } from './endpoint-choice.tsx';
import { RunTaskProgress } from './run-task-progress.tsx';
import { startNow, startRequest, startTime } from './start.ts';
import { StartChoice } from './start-choice.tsx';
import { givenOf, storedSecretsOf } from './task-values.ts';

/** Opens *Run Task* (L-26), for a task or for an endpoint. */
export function openRunTask(on: { readonly task: Task } | { readonly endpoint: Endpoint }): void {
  modals.open({
    modalId: 'run-task',
    title: 'task' in on ? `Run “${on.task.name}”` : `Run a task on ${on.endpoint.name}`,
    size: 'min(52rem, 94vw)',
    children: <RunTask {...on} />,
  });
}

const close = (): void => modals.close('run-task');

function RunTask({ task: given, endpoint }: { readonly task?: Task; readonly endpoint?: Endpoint }) {
  const [opened, setOpened] = useState<Cycle | null>(null);
  const [task, setTask] = useState<Task | null>(given ?? null);
  if (opened !== null) return <RunTaskProgress cycle={opened} onClose={close} />;
  return (
    <Stack>
      {given === undefined && endpoint !== undefined && (
        <ThingPicker<Task>
          noun="tasks"
          query={{ os: endpoint.os }}
          label="Task"
          description={`Those for ${operatingSystemNames[endpoint.os]}`}
          required
          chosen={task}
          onChange={setTask}
        />
      )}
      {task === null ? (
        <DialogFoot onLeave={close} />
      ) : (
        <RunTaskForm key={task.id} task={task} endpoint={endpoint ?? null} onOpened={setOpened} />
      )}
    </Stack>
  );
}

function RunTaskForm({
  task,
  endpoint,
  onOpened,
}: {
  readonly task: Task;
  readonly endpoint: Endpoint | null;
  readonly onOpened: (cycle: Cycle) => void;
}) {
  const queryClient = useQueryClient();
  const [values, setValues] = useState<ParameterValues>(task.parameters);
  const [chosen, setChosen] = useState<ChosenEndpoints | null>(
    endpoint === null ? null : { selector: endpointSelector(endpoint), names: [endpoint.name], more: false },
  );
  const [start, setStart] = useState(() => startNow(Date.now()));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const script = `/scripts/${part(task.script?.id ?? '')}`;
  const body = useQuery({
    ...(task.scriptRevision === null
      ? thingQuery<Script | ScriptRevision>('scripts', script)
      : thingQuery<Script | ScriptRevision>('scripts', `${script}/revisions/${task.scriptRevision}`)),
    // An Interactive Reboot runs none.
    enabled: task.script !== null,
  });
  const run = useMutation({
    mutationFn: (on: string) =>
      send<Cycle | TaskSchedule>('POST', '/task-runs', {
        task: task.id,
        on,
        parameters: changedValues(task, values),
        ...startRequest(start),
      }),
    onSuccess: async (answer) => {
      if ('runs' in answer) {
        onOpened(answer);
        await queryClient.invalidateQueries({ queryKey: ['cycles'] });
        return;
      }
      close();
      notifyDone(`“${task.name}” starts ${fullTime(answer.startsAt)}.`);
      await queryClient.invalidateQueries({ queryKey: ['task-schedules'] });
    },
    onError: (error) => setErrors(fieldErrors(error)),
  });
  const submit = (): void => {
    const found =
      body.data === undefined
        ? []
        : parameterProblems(
            givenOf(values),
            { name: task.script?.name ?? task.name, os: body.data.os, parameters: body.data.parameters },
            storedSecretsOf(task),
          );
    setErrors(Object.fromEntries(found.map(({ path, message }) => [path, sentence(message)])));
    if (start.way !== 'now' && startTime(start) === null) setErrors({ at: 'Give a date and a time' });
    else if (found.length === 0 && chosen !== null) run.mutate(chosen.selector);
  };
  const parameters = body.data?.parameters ?? [];
  const verb = start.way === 'now' ? 'Run' : 'Schedule';
  return (
    <Stack>
      {endpoint === null && <EndpointChoice os={task.os} onChange={setChosen} />}
      {body.isError && <ProblemView error={body.error} />}
      {parameters.length > 0 && (
        <ParameterFields parameters={parameters} values={values} errors={errors} onChange={setValues} />
      )}
      <StartChoice category={task.category} start={start} errors={errors} onChange={setStart} />
      {task.reboots && (
        <Alert variant="outline" className="remark remark-warn" title="This task reboots">
          Every endpoint that is chosen goes down and comes back.
        </Alert>
      )}
      {run.isError && <ProblemView error={run.error} />}
      <DialogFoot onLeave={close}>
        <Button
          disabled={chosen === null || chosen.names.length === 0}
          loading={run.isPending}
          onClick={submit}
        >
          {chosen === null ? verb : `${verb} on ${countText(chosen)}`}
        </Button>
      </DialogFoot>
    </Stack>
  );
}

function countText({ names, more }: ChosenEndpoints): string {
  return names.length === 1 && !more
    ? (names[0] ?? '')
    : `${names.length}${more ? ' or more' : ''} endpoints`;
}

/** Only what differs from the task's own values is sent; a secret that is stored stays where it is. */
function changedValues(task: Task, values: ParameterValues): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, string | number | boolean] =>
        typeof entry[1] !== 'object' && entry[1] !== task.parameters[entry[0]],
    ),
  );
}
