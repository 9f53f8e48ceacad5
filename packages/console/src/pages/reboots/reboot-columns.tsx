import type { RebootFlowSummary } from '@patchbay/contracts/reboot-flow';
import { agoColumn, timeColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Status, StatusMark } from '../../ui/status-mark.tsx';
import { rebootShown } from '../../ui/statuses.ts';
import { When } from '../../ui/time.tsx';
import './flow.css';

/** Flows of Interactive Reboot as lists show them. */
export const rebootColumns: readonly Column<RebootFlowSummary>[] = [
  {
    id: 'endpoint',
    header: 'Endpoint',
    width: 'minmax(11rem, 1.5fr)',
    text: ({ endpoint }) => endpoint.name,
  },
  {
    id: 'state',
    header: 'State',
    width: 'minmax(11rem, 1.2fr)',
    cell: (flow) => (
      <span className="reboot-state">
        <Status shown={rebootShown(flow)} />
        {flow.disputed && <StatusMark tone="warn">disputed</StatusMark>}
      </span>
    ),
    text: (flow) => `${rebootShown(flow).label}${flow.disputed ? ', disputed' : ''}`,
  },
  {
    id: 'used',
    header: 'Put off',
    width: '5.5rem',
    cell: ({ used, notificationCount }) => (
      <span className="figures">
        {used} of {notificationCount}
      </span>
    ),
    text: ({ used, notificationCount }) => `${used} of ${notificationCount}`,
  },
  timeColumn({ id: 'next', header: 'Next', width: '8rem', at: ({ nextAt }) => nextAt }),
  {
    id: 'latest',
    header: 'Latest reboot',
    width: '8rem',
    cell: ({ latestRebootAt, pending }) => (
      <strong>
        <When at={latestRebootAt} none={pending ? 'not certain' : '–'} />
      </strong>
    ),
    text: ({ latestRebootAt }) => latestRebootAt ?? '',
  },
  timeColumn({ id: 'started', header: 'Began', width: '8rem', at: ({ startedAt }) => startedAt }),
  timeColumn({ id: 'ended', header: 'Ended', width: '8rem', at: ({ endedAt }) => endedAt }),
  agoColumn({ id: 'reported', header: 'Heard of it', width: '7rem', at: ({ reportedAt }) => reportedAt }),
];
