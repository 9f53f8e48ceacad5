import type { Task } from '@patchbay/contracts/task';
import { deletionRefusal } from '@patchbay/domain/library/refusal';
import { taskCategories } from '@patchbay/domain/task/category';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { changedColumn, nameColumn } from '../../forms/library-columns.tsx';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { taskKind } from '../../forms/library-kinds.ts';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { originFacet } from '../../ui/data-list/origin-facet.ts';
import { deleteRow, duplicateRow } from '../../ui/data-list/row-actions.ts';
import { LibraryTabs } from '../../ui/library-tabs.tsx';
import { NewThing } from '../../ui/new-thing.tsx';
import { Os, osOptions } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { openRunTask } from './run-task-dialog.tsx';

const columns: readonly Column<Task>[] = [
  nameColumn('minmax(16rem, 2.2fr)'),
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(10rem, 2.4fr)',
    text: ({ description }) => description,
  },
  {
    id: 'os',
    header: 'Operating system',
    width: '8.5rem',
    cell: ({ os }) => <Os os={os} />,
    text: ({ os }) => os,
  },
  { id: 'category', header: 'Category', width: '7.5rem', text: ({ category }) => category },
  {
    id: 'script',
    header: 'Script',
    width: 'minmax(9rem, 1.2fr)',
    optional: true,
    cell: ({ script }) => script && <span title={script.name}>{script.name}</span>,
    text: ({ script }) => script?.name ?? '',
  },
  {
    id: 'uses',
    header: 'Workflows',
    width: '6rem',
    align: 'end',
    cell: ({ usedBy }) => (
      <span title={usedBy.map(({ name }) => name).join(', ')}>
        {usedBy.length === 0 ? '–' : usedBy.length}
      </span>
    ),
    text: ({ usedBy }) => usedBy.map(({ name }) => name).join('; '),
  },
  changedColumn,
];

/** The tasks of the library (L-20, L-21). */
export function TasksPage() {
  const { duplicate, remove } = useLibraryDeeds(taskKind);
  const refusal = useRefusal();
  const mayNotRun = refusal('task.run');
  const mayNotWrite = refusal('task.write');
  const list = useMemo<ListDefinition<Task>>(
    () => ({
      things: 'tasks',
      noun: 'tasks',
      path: '/tasks',
      sorted: 'name',
      columns,
      facets: [
        { id: 'os', label: 'Operating system', options: osOptions },
        {
          id: 'category',
          label: 'Category',
          options: taskCategories.map((value) => ({ value, label: value })),
        },
        originFacet,
      ],
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => paths.task(id),
      rowActions: (task) => [
        {
          label: `Run ${task.name}`,
          icon: IconPlayerPlay,
          refusal: mayNotRun,
          onClick: () => openRunTask({ task }),
        },
        duplicateRow(task, mayNotWrite, () => duplicate(task)),
        deleteRow(task, mayNotWrite ?? deletionRefusal({ kind: 'task', ...task }, [])?.detail ?? null, () =>
          remove(task),
        ),
      ],
      empty: (
        <Nothing title="No tasks yet">A task makes a script runnable: make one with “New task”.</Nothing>
      ),
    }),
    [mayNotRun, mayNotWrite, duplicate, remove],
  );
  return (
    <Page
      title="Scripts and tasks"
      fixed
      actions={<NewThing label="New task" to={paths.newTask} refusal={mayNotWrite} />}
    >
      <LibraryTabs />
      <DataList list={list} />
    </Page>
  );
}
