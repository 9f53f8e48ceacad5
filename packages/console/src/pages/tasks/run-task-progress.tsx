import { Button, Group, Stack, Text } from '@mantine/core';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { RunSummary } from '@patchbay/contracts/run';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { OutputView } from '../../ui/output/output-view.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { runShown } from '../../ui/statuses.ts';
import { Took } from '../../ui/time.tsx';
import { CountBar } from '../cycles/count-bar.tsx';
import './run-task.css';

const refreshMs = 1500;
const mostShown = 100;

/** How a Run Task goes: each endpoint with what it prints. */
export function RunTaskProgress({ cycle, onClose }: { readonly cycle: Cycle; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const now = useQuery({
    ...thingQuery<Cycle>('cycles', `/cycles/${cycle.id}`),
    initialData: cycle,
    refetchInterval: ({ state }) => (state.data?.status === 'finished' ? false : refreshMs),
  });
  const runs = useQuery({
    ...thingQuery<ListPage<RunSummary>>('runs', '/runs', { cycle: cycle.id, limit: mostShown }),
    refetchInterval: now.data.status === 'finished' ? false : refreshMs,
  });
  const items = runs.data?.items ?? [];
  const [opened, setOpened] = useState<number | null>(null);
  const shown = opened ?? items[0]?.id ?? null;
  const begun = typeof items.find(({ id }) => id === shown)?.startedAt === 'string';
  return (
    <Stack>
      <CountBar runs={now.data.runs} legend />
      {runs.isError && <ProblemView error={runs.error} />}
      {items.length > 1 && (
        <ul className="run-task-list">
          {items.map((run) => (
            <li key={run.id}>
              <button
                type="button"
                aria-pressed={run.id === shown}
                className="run-task-row"
                onClick={() => setOpened(run.id)}
              >
                <span className="clip">{run.endpoint.name}</span>
                <Status shown={runShown(run)} />
                <Took from={run.startedAt} to={run.finishedAt} />
              </button>
            </li>
          ))}
        </ul>
      )}
      {cycle.runs.total > mostShown && (
        <Text size="sm" c="dimmed">
          The first {mostShown} are listed here, all of them on the cycle’s page.
        </Text>
      )}
      {shown !== null && begun ? (
        <OutputView key={shown} activity={`${shown}.task.1`} height="18rem" />
      ) : (
        <Text size="sm" c="dimmed">
          Waits for the endpoint to begin.
        </Text>
      )}
      <Group justify="flex-end">
        <Button
          variant="default"
          onClick={() => {
            onClose();
            void navigate({ to: paths.cycle(cycle.id) });
          }}
        >
          Open the cycle
        </Button>
        <Button onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  );
}
