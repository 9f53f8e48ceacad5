import type { RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { IconBan } from '@tabler/icons-react';
import { type ReactNode, useMemo } from 'react';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { rebootEndings, rebootStatuses } from '../../ui/statuses.ts';
import { TabNav } from '../../ui/tab-nav.tsx';
import { useCancelReboot } from './cancel-reboot.ts';
import { rebootColumns } from './reboot-columns.tsx';

/** Endpoints that wait for a reboot of which their users decide when. */
export function PendingRebootsPage() {
  const { refusal, cancel } = useCancelReboot();
  const list = useMemo<ListDefinition<RebootFlowSummary>>(
    () => ({
      ...common,
      things: 'pending reboots',
      query: { pending: 'true' },
      columns: rebootColumns.filter(({ id }) => id !== 'ended'),
      facets: [
        {
          id: 'status',
          label: 'State',
          options: Object.entries(rebootStatuses)
            .filter(([value]) => value !== 'ended')
            .map(([value, { label }]) => ({ value, label })),
        },
      ],
      rowActions: (row) => [
        {
          label: `Cancel the reboot of ${row.endpoint.name}`,
          icon: IconBan,
          refusal: refusal(row),
          onClick: () => cancel(row),
        },
      ],
      empty: (
        <Nothing title="No endpoint waits for a reboot">
          One appears here when the task “Interactive Reboot” asks its users, by Run Task or as the last step
          of post-patching.
        </Nothing>
      ),
    }),
    [refusal, cancel],
  );
  return (
    <RebootsFrame>
      <DataList list={list} />
    </RebootsFrame>
  );
}

/** All flows of Interactive Reboot, those that are over, too. */
export function AllRebootsPage() {
  return (
    <RebootsFrame>
      <DataList list={allFlows} />
    </RebootsFrame>
  );
}

const common = {
  noun: 'reboots',
  path: '/reboots',
  rowId: ({ id }: RebootFlowSummary) => id,
  rowPath: ({ id }: RebootFlowSummary) => paths.reboot(id),
};

const allFlows: ListDefinition<RebootFlowSummary> = {
  ...common,
  things: 'interactive reboots',
  columns: rebootColumns,
  facets: [
    {
      id: 'pending',
      label: 'Pending',
      options: [
        { value: 'true', label: 'Yes' },
        { value: 'false', label: 'No, over' },
      ],
    },
    {
      id: 'ending',
      label: 'How it ended',
      options: Object.entries(rebootEndings).map(([value, { label }]) => ({ value, label })),
    },
  ],
  empty: (
    <Nothing title="Nobody has been asked yet">
      Run the task “Interactive Reboot” on an endpoint, or make it the last post-patching step of a workflow.
    </Nothing>
  ),
};

function RebootsFrame({ children }: { readonly children: ReactNode }) {
  return (
    <Page
      title="Pending reboots"
      description="Times are by each endpoint’s own clock. The latest reboot is when it comes if users put it off for as long as they can."
      fixed
    >
      <TabNav
        label="Interactive reboots"
        tabs={[
          { to: paths.reboots, label: 'Pending' },
          { to: paths.allReboots, label: 'All' },
        ]}
      />
      {children}
    </Page>
  );
}
