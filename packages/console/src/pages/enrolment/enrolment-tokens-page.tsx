import type { EnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { useRevoke } from '../../forms/use-revoke.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';
import { Tags } from '../endpoints/tags.tsx';
import { tagsText } from '../endpoints/tags-text.ts';
import { openNewEnrolment } from './new-enrolment-dialog.tsx';

const statuses: Readonly<Record<EnrolmentToken['status'], Shown>> = {
  valid: { tone: 'on', label: 'Valid' },
  usedUp: { tone: 'good', label: 'Used up' },
  expired: { tone: 'off', label: 'Expired' },
  revoked: { tone: 'stopped', label: 'Revoked' },
};

const columns: readonly Column<EnrolmentToken>[] = [
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(11rem, 1.6fr)',
    cell: ({ description }) =>
      description === '' ? <span className="quiet">–</span> : <span title={description}>{description}</span>,
    text: ({ description }) => description,
  },
  {
    id: 'status',
    header: 'Status',
    width: '8rem',
    cell: ({ status }) => <Status shown={statuses[status]} />,
    text: ({ status }) => statuses[status].label,
  },
  {
    id: 'uses',
    header: 'Machines joined',
    width: '9rem',
    cell: ({ uses, usesLeft }) => (
      <span className="figures">
        {(uses - usesLeft).toLocaleString()} of {uses.toLocaleString()}
      </span>
    ),
    text: ({ uses, usesLeft }) => `${uses - usesLeft} of ${uses}`,
  },
  {
    id: 'tags',
    header: 'Tags',
    width: 'minmax(11rem, 1.2fr)',
    cell: ({ tags }) => <Tags tags={tags} most={2} />,
    text: ({ tags }) => tagsText(tags),
  },
  {
    id: 'expires',
    header: 'Valid until',
    width: '9rem',
    cell: ({ expiresAt }) => <When at={expiresAt} />,
    text: ({ expiresAt }) => expiresAt,
  },
  {
    id: 'created',
    header: 'Made',
    width: '9rem',
    cell: ({ createdAt }) => <When at={createdAt} />,
    text: ({ createdAt }) => createdAt,
  },
  {
    id: 'by',
    header: 'By',
    width: 'minmax(8rem, 0.8fr)',
    text: ({ createdBy }) => createdBy,
  },
];

/** The tokens with which machines join (E-01). */
export function EnrolmentTokensPage() {
  const refusal = useRefusal()('enrolmentToken.write');
  const revoke = useRevoke<EnrolmentToken>('enrolment-tokens', () => 'The enrolment token is revoked.');
  const list = useMemo<ListDefinition<EnrolmentToken>>(
    () => ({
      things: 'enrolment tokens',
      noun: 'enrolment-tokens',
      path: '/enrolment-tokens',
      columns,
      rowId: ({ id }) => id,
      rowActions: (token) => [
        {
          label: `Revoke ${token.description || 'the token'}`,
          icon: IconBan,
          refusal:
            refusal ??
            (token.status === 'valid' ? null : `it is ${statuses[token.status].label.toLowerCase()}`),
          onClick: () =>
            confirm({
              title: 'Revoke the enrolment token?',
              touches: 'No further machine joins with it. Those that have joined stay.',
              action: 'Revoke',
              dangerous: true,
              onConfirm: () => revoke(token),
            }),
        },
      ],
      empty: (
        <Nothing title="No enrolment tokens yet">
          “Add endpoints” makes one, with the command for the machines.
        </Nothing>
      ),
    }),
    [refusal, revoke],
  );
  return (
    <Page
      title="Enrolment"
      description="With an enrolment token machines join as endpoints, each with a key of its own."
      fixed
      actions={
        <ActionButton variant="filled" icon={IconPlus} refusal={refusal} onClick={openNewEnrolment}>
          Add endpoints
        </ActionButton>
      }
    >
      <DataList list={list} />
    </Page>
  );
}
