import { modals } from '@mantine/modals';
import type { EndpointSummary } from '@patchbay/contracts/endpoint';
import { ThingPicker } from '../../forms/thing-picker.tsx';

/** Asks for an endpoint by name. */
export function openEndpointChoice(choose: (id: string) => void): void {
  modals.open({
    modalId: 'log-endpoint',
    title: 'Entries of one endpoint',
    children: (
      <ThingPicker<EndpointSummary>
        noun="endpoints"
        label="Endpoint"
        chosen={null}
        onChange={({ id }) => {
          modals.close('log-endpoint');
          choose(id);
        }}
      />
    ),
  });
}
