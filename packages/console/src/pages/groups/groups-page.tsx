import type { GroupSummary } from '@patchbay/contracts/group';
import { savedColumn } from '../../forms/library-columns.tsx';
import { groupKind } from '../../forms/library-kinds.ts';
import { LibraryListPage } from '../../forms/library-list-page.tsx';
import { countColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Nothing } from '../../ui/section.tsx';

const columns: readonly Column<GroupSummary>[] = [
  { id: 'name', header: 'Name', width: 'minmax(11rem, 1.2fr)', text: ({ name }) => name },
  countColumn({ id: 'members', header: 'Endpoints now', width: '8rem', count: ({ members }) => members }),
  {
    id: 'rule',
    header: 'An endpoint belongs to it when',
    width: 'minmax(16rem, 2.6fr)',
    text: ({ inWords }) => inWords,
  },
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(9rem, 1.2fr)',
    optional: true,
    text: ({ description }) => description,
  },
  savedColumn,
  { id: 'by', header: 'By', width: 'minmax(7rem, 0.8fr)', text: ({ updatedBy }) => updatedBy },
];

const empty = (
  <Nothing title="No groups yet">
    A group is a rule, such as “Linux with the tag ring=pilot”. Plans and maintenance windows name groups; who
    belongs to one is seen each time. Make one with “New group”.
  </Nothing>
);

/** The groups with how many endpoints belong to each now (E-13). */
export function GroupsPage() {
  return (
    <LibraryListPage
      kind={groupKind}
      description="Endpoints by rules over what is known of them, always as they are now."
      columns={columns}
      empty={empty}
    />
  );
}
