import type { GroupSummary } from '@patchbay/contracts/group';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { groupKind } from '../../forms/library-kinds.ts';
import { paths } from '../../paths.ts';
import { countColumn, timeColumn } from '../../ui/data-list/columns.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { NewThing } from '../../ui/new-thing.tsx';
import { Page } from '../../ui/page.tsx';
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
  timeColumn({ id: 'saved', header: 'Saved', width: '9rem', at: ({ updatedAt }) => updatedAt }),
  { id: 'by', header: 'By', width: 'minmax(7rem, 0.8fr)', text: ({ updatedBy }) => updatedBy },
];

/** The groups with how many endpoints belong to each now (E-13). */
export function GroupsPage() {
  const navigate = useNavigate();
  const refusal = useRefusal()('group.write');
  const { remove } = useLibraryDeeds(groupKind);
  const list = useMemo<ListDefinition<GroupSummary>>(
    () => ({
      things: 'groups',
      noun: 'groups',
      path: '/groups',
      columns,
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => paths.group(id),
      rowActions: (group) => [
        {
          label: `Edit ${group.name}`,
          icon: IconPencil,
          onClick: () => void navigate({ to: paths.group(group.id) }),
        },
        {
          label: `Delete ${group.name}`,
          icon: IconTrash,
          refusal,
          onClick: () => remove(group),
        },
      ],
      empty: (
        <Nothing title="No groups yet">
          A group is a rule, such as “Linux with the tag ring=pilot”. Plans and maintenance windows name
          groups; who belongs to one is seen each time. Make one with “New group”.
        </Nothing>
      ),
    }),
    [navigate, refusal, remove],
  );
  return (
    <Page
      title="Groups"
      description="Endpoints by rules over what is known of them, always as they are now."
      fixed
      actions={<NewThing label="New group" to={paths.newGroup} refusal={refusal} />}
    >
      <DataList list={list} />
    </Page>
  );
}
