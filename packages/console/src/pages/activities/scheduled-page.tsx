import type { TaskSchedule } from '@patchbay/contracts/task-schedule';
import { IconBan } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { part, send } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { confirm } from '../../ui/confirm.tsx';
import { timeColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { durationText } from '../../ui/instant.ts';
import { Linked } from '../../ui/linked.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Page } from '../../ui/page.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing } from '../../ui/section.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';
import { ActivityTabs } from './activity-tabs.tsx';

const statuses: Readonly<Record<TaskSchedule['status'], Shown>> = {
  waiting: { tone: 'idle', label: 'Waits' },
  started: { tone: 'good', label: 'Started' },
  missed: { tone: 'warn', label: 'Missed' },
  failed: { tone: 'bad', label: 'Failed' },
  cancelled: { tone: 'stopped', label: 'Cancelled' },
};

const columns: readonly Column<TaskSchedule>[] = [
  {
    id: 'task',
    header: 'Task',
    width: 'minmax(10rem, 1.6fr)',
    cell: ({ task }) => <Linked link={task} path={paths.task} />,
    text: ({ task }) => task.name,
  },
  { id: 'on', header: 'On', width: 'minmax(7.5rem, 1.4fr)', text: ({ on }) => on },
  {
    id: 'status',
    header: 'Status',
    width: '7rem',
    cell: ({ status, note }) => (
      <span title={note ?? undefined}>
        <Status shown={statuses[status]} />
      </span>
    ),
    text: ({ status }) => statuses[status].label,
  },
  timeColumn({ id: 'next', header: 'Next start', width: '8rem', at: ({ nextAt }) => nextAt }),
  { id: 'every', header: 'Repeated', width: '6rem', text: ({ everyMinutes }) => repeatedText(everyMinutes) },
  {
    id: 'last',
    header: 'Last start',
    width: '7.5rem',
    cell: ({ lastAt, lastCycle }) =>
      lastCycle === null ? (
        <When at={lastAt} none="not yet" />
      ) : (
        <RouterLink to={paths.cycle(lastCycle)} size="sm" tabIndex={-1}>
          <When at={lastAt} />
        </RouterLink>
      ),
    text: ({ lastAt }) => lastAt ?? '',
  },
  {
    id: 'note',
    header: 'Note',
    width: 'minmax(6rem, 1fr)',
    cell: ({ note }) => <span title={note ?? undefined}>{note ?? '–'}</span>,
    text: ({ note }) => note ?? '',
  },
  { id: 'by', header: 'By', width: 'minmax(6rem, 0.6fr)', text: ({ createdBy }) => createdBy },
];

/** Tasks that are to run at a set time, and health checks that are repeated (L-26, L-27). */
export function ScheduledPage() {
  const queryClient = useQueryClient();
  const refusal = useRefusal()('task.run');
  const { mutate: cancel } = useMutation({
    mutationFn: ({ id }: TaskSchedule) =>
      send<TaskSchedule>('POST', `/task-schedules/${part(id)}/cancel`, {}),
    onSuccess: async ({ task }) => {
      await queryClient.invalidateQueries({ queryKey: ['task-schedules'] });
      notifyDone(`“${task.name}” is not started any more.`);
    },
    onError: notifyProblem,
  });
  const list = useMemo<ListDefinition<TaskSchedule>>(
    () => ({
      things: 'scheduled tasks',
      noun: 'task-schedules',
      path: '/task-schedules',
      columns,
      facets: [
        {
          id: 'status',
          label: 'Status',
          options: Object.entries(statuses).map(([value, { label }]) => ({ value, label })),
        },
      ],
      rowId: ({ id }) => id,
      rowActions: (schedule) => [
        {
          label: `Cancel ${schedule.task.name}`,
          icon: IconBan,
          refusal:
            refusal ??
            (schedule.status === 'waiting'
              ? null
              : `it does not wait any more: ${statuses[schedule.status].label.toLowerCase()}`),
          onClick: () =>
            confirm({
              title: `Cancel the scheduled “${schedule.task.name}”?`,
              touches: `It does not start on ${schedule.on} any more. What it has started goes on.`,
              action: 'Cancel it',
              dangerous: true,
              onConfirm: () => cancel(schedule),
            }),
        },
      ],
      empty: (
        <Nothing title="Nothing is scheduled">
          “Run task” on a task or an endpoint can start it at a set time, and repeat a health check.
        </Nothing>
      ),
    }),
    [refusal, cancel],
  );
  return (
    <Page title="Activities" fixed>
      <ActivityTabs />
      <DataList list={list} />
    </Page>
  );
}

function repeatedText(everyMinutes: number | null): string {
  return everyMinutes === null ? 'once' : `every ${durationText(everyMinutes * 60_000)}`;
}
