import type { ScriptSummary } from '@patchbay/contracts/script';
import { deletionRefusal } from '@patchbay/domain/library/refusal';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { changedColumn, nameColumn } from '../../forms/library-columns.tsx';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { scriptKind } from '../../forms/library-kinds.ts';
import { paths } from '../../paths.ts';
import { NotVerified } from '../../ui/built-in.tsx';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { originFacet } from '../../ui/data-list/origin-facet.ts';
import { deleteRow, duplicateRow } from '../../ui/data-list/row-actions.ts';
import { LibraryTabs } from '../../ui/library-tabs.tsx';
import { NewThing } from '../../ui/new-thing.tsx';
import { osOptions } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';

const columns: readonly Column<ScriptSummary>[] = [
  nameColumn(
    'minmax(17rem, 2.4fr)',
    ({ origin, verified }) => origin === 'builtIn' && !verified && <NotVerified short />,
  ),
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(10rem, 2.4fr)',
    text: ({ description }) => description,
  },
  {
    id: 'os',
    header: 'Operating systems',
    width: 'minmax(8rem, 0.7fr)',
    cell: ({ os }) => os.map((one) => operatingSystemNames[one]).join(', '),
    text: ({ os }) => os.join(' '),
  },
  {
    id: 'interpreter',
    header: 'Interpreter',
    width: '6.5rem',
    cell: ({ interpreter }) => <span className="code">{interpreter}</span>,
    text: ({ interpreter }) => interpreter,
  },
  { id: 'category', header: 'Category', width: 'minmax(7rem, 0.6fr)', text: ({ category }) => category },
  {
    id: 'revision',
    header: 'Revision',
    width: '5rem',
    align: 'end',
    cell: ({ revision }) => revision,
    text: ({ revision }) => String(revision),
  },
  changedColumn,
  {
    id: 'by',
    header: 'By',
    width: 'minmax(7rem, 0.7fr)',
    optional: true,
    text: ({ updatedBy }) => updatedBy,
  },
];

/** The scripts of the library (L-01). */
export function ScriptsPage() {
  const { duplicate, remove } = useLibraryDeeds(scriptKind);
  const refusal = useRefusal()('script.write');
  const list = useMemo<ListDefinition<ScriptSummary>>(
    () => ({
      things: 'scripts',
      noun: 'scripts',
      path: '/scripts',
      sorted: 'name',
      columns,
      facets: [{ id: 'os', label: 'Operating system', options: osOptions }, originFacet],
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => paths.script(id),
      rowActions: (script) => [
        duplicateRow(script, refusal, () => duplicate(script)),
        deleteRow(script, refusal ?? deletionRefusal({ kind: 'script', ...script }, [])?.detail ?? null, () =>
          remove(script),
        ),
      ],
      empty: <Nothing title="No scripts yet">Make one with “New script”.</Nothing>,
    }),
    [refusal, duplicate, remove],
  );
  return (
    <Page
      title="Scripts and tasks"
      fixed
      actions={<NewThing label="New script" to={paths.newScript} refusal={refusal} />}
    >
      <LibraryTabs />
      <DataList list={list} />
    </Page>
  );
}
