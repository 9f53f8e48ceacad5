import { Button } from '@mantine/core';
import type { Endpoint } from '@patchbay/contracts/endpoint';
import type { LogEntryView } from '@patchbay/contracts/log';
import { IconServer } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { fullTime } from '../../ui/instant.ts';
import { Linked } from '../../ui/linked.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { logLevelsShown } from '../../ui/statuses.ts';
import { openEndpointChoice } from './endpoint-choice.tsx';

const categories: Readonly<Record<LogEntryView['category'], string>> = {
  reboot: 'Reboot',
  run: 'Run',
  activity: 'Activity',
  endpoint: 'Endpoint',
  cycle: 'Cycle',
};

const columns: readonly Column<LogEntryView>[] = [
  {
    id: 'at',
    header: 'Time',
    width: '11.5rem',
    cell: ({ at }) => (
      <time dateTime={at} className="figures">
        {fullTime(at)}
      </time>
    ),
    text: ({ at }) => at,
  },
  {
    id: 'level',
    header: 'Level',
    width: '6.5rem',
    cell: ({ level }) => <Status shown={logLevelsShown[level]} />,
    text: ({ level }) => level,
  },
  {
    id: 'category',
    header: 'Category',
    width: '6.5rem',
    cell: ({ category }) => categories[category],
    text: ({ category }) => category,
  },
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: 'minmax(9rem, 1fr)',
    cell: ({ endpoint }) => (
      <span title={endpoint?.name} className="clip">
        <Linked link={endpoint} path={paths.endpoint} />
      </span>
    ),
    text: ({ endpoint }) => endpoint?.name ?? '',
  },
  { id: 'actor', header: 'Actor', width: 'minmax(5.5rem, 0.6fr)', text: ({ actor }) => actor },
  { id: 'message', header: 'Message', width: 'minmax(20rem, 3.4fr)', text: ({ message }) => message },
];

/** The page of what an entry is about. */
function pageOf({ reboot, activity, run, endpoint }: LogEntryView): string | undefined {
  if (reboot !== null) return paths.reboot(reboot);
  if (activity !== null) return paths.activity(activity);
  if (run !== null) return paths.run(run);
  return endpoint === null || endpoint.id === null ? undefined : paths.endpoint(endpoint.id);
}

const list: ListDefinition<LogEntryView> = {
  things: 'entries',
  noun: 'logs',
  path: '/logs',
  columns,
  searchIn: 'words of the message',
  facets: [
    {
      id: 'level',
      label: 'Level',
      options: Object.entries(logLevelsShown).map(([value, { label }]) => ({ value, label })),
    },
    {
      id: 'category',
      label: 'Category',
      options: Object.entries(categories).map(([value, label]) => ({ value, label })),
    },
  ],
  rowId: ({ id }) => String(id),
  rowPath: pageOf,
  empty: (
    <Nothing title="Nothing has happened yet that anybody has to know of">
      Here stand the notifications, answers and reboots of Interactive Reboot, runs that failed, activities
      that could not run, and endpoints that came, went or fell silent.
    </Nothing>
  ),
};

/** What somebody may have to look after (O-04, R-10); new entries appear by themselves. */
export function LogsPage() {
  const { endpoint } = useSearch({ strict: false }) as { endpoint?: string };
  const navigate = useNavigate();
  const chosen = useQuery({
    ...thingQuery<Endpoint>('endpoints', `/endpoints/${part(endpoint ?? '')}`),
    enabled: endpoint !== undefined,
  });
  const name = chosen.data?.name ?? endpoint;
  const filtered = useMemo<ListDefinition<LogEntryView>>(
    () =>
      endpoint === undefined
        ? list
        : {
            ...list,
            facets: [
              ...(list.facets ?? []),
              { id: 'endpoint', label: 'Endpoint', options: [{ value: endpoint, label: name ?? endpoint }] },
            ],
          },
    [endpoint, name],
  );
  return (
    <Page
      title="Logs & Alerts"
      description="What happened to endpoints and runs, by when it happened. New entries appear by themselves."
      actions={
        <Button
          variant="default"
          leftSection={<IconServer size={16} />}
          onClick={() =>
            openEndpointChoice((id) => {
              void navigate({ to: '.', search: (before: object) => ({ ...before, endpoint: id }) });
            })
          }
        >
          Of one endpoint
        </Button>
      }
      fixed
    >
      <DataList list={filtered} />
    </Page>
  );
}
