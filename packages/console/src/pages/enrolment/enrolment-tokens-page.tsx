import type { EnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { type IssuedKind, IssuedListPage, issueColumns, validityColumn } from '../../forms/issued-list.tsx';
import { timeColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';
import { Tags } from '../endpoints/tags.tsx';
import { tagsText } from '../endpoints/tags-text.ts';
import { openNewEnrolment } from './new-enrolment-dialog.tsx';

const kind: IssuedKind<EnrolmentToken> = {
  noun: 'enrolment-tokens',
  things: 'enrolment tokens',
  one: 'the enrolment token',
  permission: 'enrolmentToken.write',
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
  return (
    <IssuedListPage
      kind={kind}
      title="Enrolment"
      description="With an enrolment token machines join as endpoints, each with a key of its own."
      columns={columns}
      empty={empty}
      make="Add endpoints"
      onMake={openNewEnrolment}
    />
  );
}
