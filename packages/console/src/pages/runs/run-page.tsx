import { Alert } from '@mantine/core';
import type { ActivitySummary } from '@patchbay/contracts/activity';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import type { Run } from '@patchbay/contracts/run';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { sentence } from '../../forms/field-errors.ts';
import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { Page } from '../../ui/page.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { runShown } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { Took, When } from '../../ui/time.tsx';
import { cycleTitle } from '../cycles/cycle-title.ts';
import { RunActions, useRunOperation } from './run-actions.tsx';
import { RunControl } from './run-control.tsx';
import { RunHistory } from './run-history.tsx';
import { RunTrack } from './run-track.tsx';
import './run.css';

const refreshMs = 3000;

/** One endpoint's walk: its steps, why it went as it did, and what can be done now (W-07, W-12, W-14). */
export function RunPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    ...thingQuery<Run>('runs', `/runs/${part(id)}`),
    refetchInterval: ({ state }) => (state.data?.status === 'finished' ? false : refreshMs),
  });
  return <Thing query={query}>{(run) => <RunView run={run} />}</Thing>;
}

function RunView({ run }: { readonly run: Run }) {
  const { id, endpoint, cycle, plan, mode, status, step, startedAt, finishedAt, reason, held } = run;
  const queryClient = useQueryClient();
  // What stands beside the run is read again with it.
  useEffect(() => {
    void queryClient.invalidateQueries({ queryKey: ['activities'] });
    void queryClient.invalidateQueries({ queryKey: ['runs', 'events'] });
  }, [queryClient, status, step?.key]);
  const shown = runShown(run);
  const operation = useRunOperation(run);
  const activities = useQuery(
    thingQuery<ListPage<ActivitySummary>>('activities', '/activities', { run: id, limit: 500 }),
  );
  const asked = useQuery({
    ...thingQuery<ListPage<RebootFlowSummary>>('reboots', '/reboots', {
      endpoint: endpoint.id ?? '',
      pending: 'true',
    }),
    enabled: status === 'awaitingUser' && endpoint.id !== null,
  });
  const asking = status === 'awaitingUser' ? asked.data?.items[0] : undefined;
  const facts = Object.entries(run.facts);
  return (
    <Page
      title={endpoint.name}
      mark={<Status shown={shown} large />}
      description={
        <>
          Run #{id} of{' '}
          <RouterLink to={paths.cycle(cycle)}>{cycleTitle({ plan, task: null, mode })}</RouterLink> ·{' '}
          {startedAt === null ? (
            `not started yet${held === null ? '' : `: ${held.why}`}`
          ) : (
            <>
              started <When at={startedAt} /> · <Took from={startedAt} to={finishedAt} />
            </>
          )}
        </>
      }
      trail={[
        { label: 'Cycles', to: paths.cycles },
        { label: `#${cycle}`, to: paths.cycle(cycle) },
      ]}
      actions={<RunActions run={run} operation={operation} />}
    >
      {reason !== null && (
        <Alert variant="outline" className={`remark remark-${shown.tone}`}>
          {sentence(reason)}.
        </Alert>
      )}
      {asking !== undefined && (
        <Alert variant="outline" className="remark" title="It waits for the user of the endpoint">
          <RouterLink to={paths.reboot(asking.id)} inherit td="underline">
            See what was shown and answered, and when it reboots at the latest
          </RouterLink>
        </Alert>
      )}
      <div className="run-columns">
        <Section title="Steps">
          <RunTrack run={run} activities={activities.data?.items ?? []} operation={operation} />
        </Section>
        <div className="run-side">
          <Section title="What happened">
            <RunHistory run={run} />
          </Section>
          <Section title="Which setting decides">
            <RunControl control={run.control} />
          </Section>
          <Section title="Run">
            <FactList
              facts={[
                ['Endpoint', <Linked key="endpoint" link={endpoint} path={paths.endpoint} />],
                [
                  'Workflow',
                  <Linked key="workflow" link={run.workflow} path={paths.workflow} none="none: Run Task" />,
                ],
                ['Mode', mode === 'rehearsal' ? 'Rehearsal: nothing installed' : 'Real'],
                ['Came back from a reboot', run.rebooted ? 'yes' : 'no'],
                ...(run.cancelledBy === null ? [] : [['Cancelled by', run.cancelledBy] as const]),
                ...facts,
              ]}
            />
          </Section>
        </div>
      </div>
    </Page>
  );
}
