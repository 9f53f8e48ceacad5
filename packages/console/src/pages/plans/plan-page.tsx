import { Table } from '@mantine/core';
import type { Cycle } from '@patchbay/contracts/cycle';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Plan } from '@patchbay/contracts/plan';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { part, type Tagged } from '../../api/client.ts';
import { taggedQuery, thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Linked } from '../../ui/linked.tsx';
import { Os } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { cycleShown } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { Ago, Took, When } from '../../ui/time.tsx';
import { CountBar, countsText } from '../cycles/count-bar.tsx';
import { PlanActions } from './plan-actions.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { PlanRevisions } from './plan-revisions.tsx';
import { planStatusesShown, statusSentence } from './plan-words.ts';
import { WaveBar } from './wave-bar.tsx';

const shownCycles = 20;
const readAgainMs = 10_000;

/** One plan: where it stands, what it does, what came of it. */
export function PlanPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    ...taggedQuery<Plan>('plans', `/plans/${part(id)}`),
    refetchInterval: readAgainMs,
  });
  return <Thing query={query}>{(loaded) => <PlanView loaded={loaded} />}</Thing>;
}

function PlanView({ loaded }: { readonly loaded: Tagged<Plan> }) {
  const plan = loaded.value;
  const { name, description, progress, updatedAt, updatedBy } = plan;
  const shown = planStatusesShown[progress.status];
  return (
    <Page
      title={name}
      mark={<Status shown={shown} large />}
      description={
        <>
          {description !== '' && <div>{description}</div>}
          Saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Plans', to: paths.plans }]}
      actions={<PlanActions plan={plan} />}
    >
      <Section title="Where it stands">
        <Standing plan={plan} />
      </Section>
      <Section title="What it does">
        <PlanFacts plan={plan} />
        {plan.rollout.waves.length > 0 && (
          <div className="form-words">
            <WaveBar waves={plan.rollout.waves} endpoints={null} />
          </div>
        )}
      </Section>
      <Assignments plan={plan} />
      <Cycles plan={plan} />
      <PlanRevisions loaded={loaded} />
    </Page>
  );
}

function Standing({ plan }: { readonly plan: Plan }) {
  const { verdict, status } = plan.progress;
  return (
    <>
      <p className="merge-words">{statusSentence(plan)}</p>
      {verdict !== null && (
        <p className="merge-words quiet">
          {status === 'rejected' ? 'Rejected' : 'Approved'} <When at={verdict.at} /> by {verdict.by}
          {verdict.onBehalfOf !== null && ` for ${verdict.onBehalfOf}`}
          {verdict.reference !== null && `, reference ${verdict.reference}`}
          {verdict.reason !== null && `: ${verdict.reason}`}
        </p>
      )}
    </>
  );
}

function Assignments({ plan: { assignments } }: { readonly plan: Plan }) {
  return (
    <Section title="Who follows which workflow">
      {assignments.length === 0 ? (
        <span className="quiet">No rows yet: edit the plan and add one.</span>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={60}>Row</Table.Th>
              <Table.Th>Endpoints</Table.Th>
              <Table.Th w={200}>Operating system</Table.Th>
              <Table.Th>Workflow</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {assignments.map(({ endpoints, os, workflow }, index) => (
              <Table.Tr key={`${index}-${endpoints}-${os}`}>
                <Table.Td className="figures quiet">{index + 1}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{endpoints}</Table.Td>
                <Table.Td>
                  <Os os={os} />
                </Table.Td>
                <Table.Td>
                  <Linked
                    link={workflow}
                    path={paths.workflow}
                    none={`The default of ${operatingSystemNames[os]}`}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}

function Cycles({ plan: { id } }: { readonly plan: Plan }) {
  const cycles = useQuery(thingQuery<ListPage<Cycle>>('cycles', '/cycles', { plan: id, limit: shownCycles }));
  const items = cycles.data?.items ?? [];
  return (
    <Section title="Cycles">
      {cycles.isError && <ProblemView error={cycles.error} />}
      {cycles.data !== undefined && items.length === 0 && (
        <span className="quiet">None yet: one opens when the plan is activated or rehearsed.</span>
      )}
      {items.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={170}>Cycle</Table.Th>
              <Table.Th w={140}>Result</Table.Th>
              <Table.Th>How its runs went</Table.Th>
              <Table.Th w={140}>Opened</Table.Th>
              <Table.Th w={110}>Took</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((cycle) => (
              <Table.Tr key={cycle.id}>
                <Table.Td>
                  <RouterLink to={paths.cycle(cycle.id)} size="sm">
                    {cycle.mode === 'rehearsal' ? 'Rehearsal' : 'Cycle'} #{cycle.id}
                  </RouterLink>
                </Table.Td>
                <Table.Td>
                  <Status shown={cycleShown(cycle)} />
                </Table.Td>
                <Table.Td>
                  <CountBar runs={cycle.runs} />
                  <span className="quiet">{countsText(cycle.runs)}</span>
                </Table.Td>
                <Table.Td>
                  <When at={cycle.openedAt} />
                </Table.Td>
                <Table.Td>
                  <Took from={cycle.openedAt} to={cycle.finishedAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
