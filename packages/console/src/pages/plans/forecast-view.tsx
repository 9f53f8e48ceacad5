import { Table } from '@mantine/core';
import type { PlanInput } from '@patchbay/contracts/plan';
import type { PlanOutlook } from '@patchbay/contracts/plan-outlook';
import { useQuery } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { paths } from '../../paths.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { FactList, Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';
import { ForecastPicture } from './forecast-picture.tsx';

const shownRuns = 50;

const fits = {
  fits: 'Fits its window',
  overruns: 'Overruns its window',
  missesWindow: 'Misses its window',
  neverStarts: 'Never starts',
} as const;

/** What would happen if the plan was activated now (P-11). */
export function ForecastView({ plan }: { readonly plan: PlanInput | null }) {
  const forecast = useQuery({
    queryKey: ['plans', 'forecast', plan],
    queryFn: () => send<PlanOutlook>('POST', '/plans/forecast', plan),
    enabled: plan !== null,
    retry: false,
    // A forecast is of the moment that it was asked in; what changes meanwhile does not ask again.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Section title="Forecast">
      {forecast.isError && <ProblemView error={forecast.error} retry={() => void forecast.refetch()} />}
      {plan === null && <span className="quiet">There is none while the plan cannot be saved.</span>}
      {forecast.isLoading && <span className="quiet">Working it out …</span>}
      {forecast.data !== undefined && <Outlook outlook={forecast.data} />}
    </Section>
  );
}

function Outlook({ outlook }: { readonly outlook: PlanOutlook }) {
  const { waves, halts, assumptions, runs } = outlook;
  return (
    <>
      <ForecastPicture outlook={outlook} />
      <FactList
        facts={[
          ['Opens', <When key="opens" at={outlook.opensAt} />],
          ['First start', <When key="first" at={outlook.firstStartAt} none="Nothing starts" />],
          ['Work ends', <When key="work" at={outlook.workEndsAt} />],
          ['Work ends if all are slow', <When key="slow" at={outlook.slowWorkEndsAt} />],
          ['Cycle ends', <When key="ends" at={outlook.endsAt} />],
          ['Most at once', outlook.mostAtOnce.toLocaleString()],
          ['Users prompted', outlook.prompted.toLocaleString()],
          ['Latest forced reboot', <When key="reboot" at={outlook.latestRebootAt} none="None" />],
        ]}
      />
      {halts.map(({ at, reason }) => (
        <p key={`${at} ${reason}`} className="plan-said">
          It would halt by itself <When at={at} />: {reason}
        </p>
      ))}
      {waves.length > 1 && (
        <Table mt="md">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Wave</Table.Th>
              <Table.Th>Endpoints</Table.Th>
              <Table.Th>Opens</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {waves.map(({ name, size, opensAt }) => (
              <Table.Tr key={name}>
                <Table.Td>{name}</Table.Td>
                <Table.Td className="figures">{size.toLocaleString()}</Table.Td>
                <Table.Td>
                  <When at={opensAt} none="Not as far as can be seen" />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {runs.length > 0 && <Runs runs={runs} />}
      {assumptions.length > 0 && (
        <ul className="plan-next quiet" aria-label="What it assumes">
          {assumptions.map((assumption) => (
            <li key={assumption}>{assumption}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Runs({ runs }: { readonly runs: PlanOutlook['runs'] }) {
  return (
    <Table mt="md">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Endpoint</Table.Th>
          <Table.Th>Starts</Table.Th>
          <Table.Th>Ends</Table.Th>
          <Table.Th>Wave</Table.Th>
          <Table.Th>Window</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.slice(0, shownRuns).map(({ endpoint, startsAt, endsAt, wave, fit, why }) => (
          <Table.Tr key={endpoint.id}>
            <Table.Td>
              <RouterLink to={paths.endpoint(endpoint.id)} size="sm">
                {endpoint.name}
              </RouterLink>
            </Table.Td>
            <Table.Td>
              <When at={startsAt} />
            </Table.Td>
            <Table.Td>
              <When at={endsAt} />
            </Table.Td>
            <Table.Td>{wave}</Table.Td>
            <Table.Td>
              {fits[fit]}
              {why !== null && <span className="quiet">: {why}</span>}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
