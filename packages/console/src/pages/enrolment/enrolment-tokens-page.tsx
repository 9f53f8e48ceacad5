import type { EnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { IconPlus } from '@tabler/icons-react';
import { useRefusal } from '../../api/session.ts';
import { type IssuedKind, IssuedList, issueColumns, validityColumn } from '../../forms/issued-list.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { timeColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { Tags } from '../endpoints/tags.tsx';
import { tagsText } from '../endpoints/tags-text.ts';
import { openNewEnrolment } from './new-enrolment-dialog.tsx';

const kind: IssuedKind<EnrolmentToken> = {
  noun: 'enrolment-tokens',
  things: 'enrolment tokens',
  one: 'the enrolment token',
  nameOf: ({ description }) => description || null,
  statuses: {
    valid: { tone: 'on', label: 'Valid' },
    usedUp: { tone: 'good', label: 'Used up' },
    expired: { tone: 'off', label: 'Expired' },
    revoked: { tone: 'stopped', label: 'Revoked' },
  },
  touches: 'No further machine joins with it. Those that have joined stay.',
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
  validityColumn(kind),
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
  timeColumn({ id: 'expires', header: 'Valid until', width: '9rem', at: ({ expiresAt }) => expiresAt }),
  ...issueColumns,
];

const empty = (
  <Nothing title="No enrolment tokens yet">
    “Add endpoints” makes one, with the command for the machines.
  </Nothing>
);

/** The tokens with which machines join (E-01). */
export function EnrolmentTokensPage() {
  const refusal = useRefusal()('enrolmentToken.write');
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
      <IssuedList kind={kind} columns={columns} empty={empty} refusal={refusal} />
    </Page>
  );
}
