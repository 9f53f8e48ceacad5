import type { Page as ListPage } from '@patchbay/contracts/page';
import type { RebootFlow, RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { RouterLink } from '../../ui/router-link.tsx';
import { Nothing, Section } from '../../ui/section.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { rebootShown } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { When } from '../../ui/time.tsx';
import { FlowView } from '../reboots/flow-view.tsx';
import { useEndpointQuery } from './endpoint-frame.tsx';
import './endpoint-overview.css';

const most = 50;

/** The flow of Interactive Reboot of an endpoint, the one before it, and so on. */
export function EndpointReboots() {
  const { data: endpoint } = useEndpointQuery();
  const id = endpoint?.id ?? '';
  const flows = useQuery({
    ...thingQuery<ListPage<RebootFlowSummary>>('reboots', '/reboots', { endpoint: id, limit: most }),
    enabled: id !== '',
  });
  return <Thing query={flows}>{({ items }) => <Flows flows={items} />}</Thing>;
}

function Flows({ flows }: { readonly flows: readonly RebootFlowSummary[] }) {
  const [latest, ...earlier] = flows;
  if (latest === undefined) {
    return (
      <div className="surface">
        <Nothing title="Its users have not been asked yet">
          “Run a task” with Interactive Reboot asks them, as does a workflow that ends with it.
        </Nothing>
      </div>
    );
  }
  return (
    <div className="endpoint-reboots">
      <LatestFlow id={latest.id} />
      {earlier.length > 0 && (
        <Section title="Earlier">
          <ul className="plain-list">
            {earlier.map((flow) => (
              <li key={flow.id}>
                <RouterLink to={paths.reboot(flow.id)} size="sm">
                  <When at={flow.startedAt} />
                </RouterLink>{' '}
                <Status shown={rebootShown(flow)} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}

function LatestFlow({ id }: { readonly id: string }) {
  const query = useQuery(thingQuery<RebootFlow>('reboots', `/reboots/${part(id)}`));
  return <Thing query={query}>{(flow) => <FlowView flow={flow} />}</Thing>;
}
