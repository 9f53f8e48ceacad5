import type { RebootFlow } from '@patchbay/contracts/reboot-flow';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { paths } from '../../paths.ts';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status-mark.tsx';
import { rebootShown } from '../../ui/statuses.ts';
import { Thing } from '../../ui/thing.tsx';
import { FlowView } from './flow-view.tsx';

/** One flow of Interactive Reboot. */
export function RebootPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(thingQuery<RebootFlow>('reboots', `/reboots/${part(id)}`));
  return (
    <Thing query={query}>
      {(flow) => (
        <Page
          title={`Reboot of ${flow.endpoint.name}`}
          mark={<Status shown={rebootShown(flow)} />}
          trail={[{ label: 'Pending reboots', to: paths.reboots }]}
        >
          <FlowView flow={flow} />
        </Page>
      )}
    </Thing>
  );
}
