import { Table } from '@mantine/core';
import type { Activity, ActivitySummary } from '@patchbay/contracts/activity';
import type { Page as ListPage } from '@patchbay/contracts/page';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { OutputView } from '../../ui/output/output-view.tsx';
import { Page } from '../../ui/page.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { activityStatuses, phaseNames } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { Took, When } from '../../ui/time.tsx';
import { PatchResults } from './patch-results.tsx';

/** One activity, whole (O-02). */
export function ActivityPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(thingQuery<Activity>('activities', `/activities/${part(id)}`));
  return <Thing query={query}>{(activity) => <ActivityView activity={activity} />}</Thing>;
}

function ActivityView({ activity }: { readonly activity: Activity }) {
  const { id, name, status, endpoint, run, reason, patches, output } = activity;
  const shown = activityStatuses[status];
  const parameters = Object.entries(activity.parameters);
  const facts = Object.entries(activity.facts);
  return (
    <Page
      title={name}
      mark={<Status shown={shown} large />}
      description={reason === null ? undefined : <>Because: {reason}</>}
      trail={[
        { label: 'Activities', to: paths.activities },
        { label: `Run #${run} on ${endpoint.name}`, to: paths.run(run) },
      ]}
    >
      <Section title="What ran">
        <FactList
          facts={[
            ['Endpoint', <Linked key="endpoint" link={endpoint} path={paths.endpoint} />],
            ['Phase', `${phaseNames[activity.phase]}, step ${activity.step}`],
            ['Started by', activity.startedBy],
            ['Script', scriptText(activity)],
            ['Exit code', exitText(activity)],
            ['Started', <When key="started" at={activity.startedAt} none="not yet" />],
            ['Took', <Took key="took" from={activity.startedAt} to={activity.finishedAt} />],
            ['Time-out', `${activity.timeoutMinutes} min`],
            ['Runs as', activity.runAs ?? 'the agent’s user'],
            [
              'Plan',
              <Linked
                key="plan"
                link={activity.plan}
                path={() => paths.cycle(activity.cycle)}
                none="Run Task"
              />,
            ],
          ]}
        />
      </Section>
      <Attempts activity={activity} />
      {patches.length > 0 && <PatchResults patches={patches} />}
      <Section title="Output">
        <OutputView
          key={id}
          activity={id}
          cut={{ stdout: output.stdoutCutBytes, stderr: output.stderrCutBytes }}
          height="30rem"
        />
      </Section>
      {parameters.length > 0 && <Pairs title="Parameters" pairs={parameters} />}
      {facts.length > 0 && <Pairs title="Facts that it published" pairs={facts} />}
    </Page>
  );
}

/** All attempts of the same step (O-02); nothing where there was only one. */
function Attempts({ activity }: { readonly activity: Activity }) {
  const { run, step } = activity;
  const { data } = useQuery({
    ...thingQuery<ListPage<ActivitySummary>>('activities', '/activities', { run, limit: 500 }),
    enabled: activity.attempt > 1 || activity.finishedAt !== null,
  });
  const attempts = (data?.items ?? [])
    .filter((one) => one.step === step)
    .toSorted((a, b) => a.attempt - b.attempt);
  if (attempts.length < 2) return null;
  return (
    <Section title="Attempts">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Attempt</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Exit code</Table.Th>
            <Table.Th>Started</Table.Th>
            <Table.Th>Took</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attempts.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                {one.id === activity.id ? (
                  <>{one.attempt} (this one)</>
                ) : (
                  <RouterLink to={paths.activity(one.id)} size="sm">
                    {one.attempt}
                  </RouterLink>
                )}
              </Table.Td>
              <Table.Td>
                <Status shown={activityStatuses[one.status]} />
              </Table.Td>
              <Table.Td>{one.exitCode ?? '–'}</Table.Td>
              <Table.Td>
                <When at={one.startedAt} />
              </Table.Td>
              <Table.Td>
                <Took from={one.startedAt} to={one.finishedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Pairs({ title, pairs }: { readonly title: string; readonly pairs: readonly [string, string][] }) {
  return (
    <Section title={title}>
      <Table withRowBorders>
        <Table.Tbody>
          {pairs.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" className="code" w="20rem">
                {name}
              </Table.Th>
              <Table.Td className="code" style={{ overflowWrap: 'anywhere' }}>
                {value}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function scriptText({ script }: Activity): string {
  if (script === null) return 'the patch operation';
  return `${script.name}, ${script.revision === null ? 'as it was in the editor' : `revision ${script.revision}`}`;
}

function exitText({ exitCode, successExitCodes, script }: Activity): string {
  if (script === null) return '–';
  const counts = `success: ${successExitCodes.join(', ')}`;
  return exitCode === null ? `none (${counts})` : `${exitCode} (${counts})`;
}
