import type { SavedPatchFilterSummary } from '@patchbay/contracts/patch-filter';
import { filterInWords } from '@patchbay/domain/patch/filter-words';
import { savedColumn } from '../../forms/library-columns.tsx';
import { patchFilterKind } from '../../forms/library-kinds.ts';
import { LibraryListPage } from '../../forms/library-list-page.tsx';
import { paths } from '../../paths.ts';
import { countColumn } from '../../ui/data-list/columns.tsx';
import type { Column } from '../../ui/data-list/list-definition.ts';
import { Linked } from '../../ui/linked.tsx';
import { Nothing } from '../../ui/section.tsx';

const columns: readonly Column<SavedPatchFilterSummary>[] = [
  { id: 'name', header: 'Name', width: 'minmax(11rem, 1.2fr)', text: ({ name }) => name },
  countColumn({
    id: 'patches',
    header: 'Patches now',
    width: '7.5rem',
    count: ({ matches }) => matches.patches,
  }),
  countColumn({
    id: 'endpoints',
    header: 'Endpoints now',
    width: '8rem',
    count: ({ matches }) => matches.endpoints,
  }),
  {
    id: 'filter',
    header: 'What it lets through',
    width: 'minmax(14rem, 2fr)',
    text: ({ filter }) => filterInWords(filter),
  },
  {
    id: 'used',
    header: 'Used by',
    width: 'minmax(10rem, 1.4fr)',
    cell: ({ usedBy }, { tabIndex }) =>
      usedBy.length === 0 ? (
        <span className="quiet">no plan</span>
      ) : (
        usedBy.map((plan, index) => (
          <span key={plan.id ?? plan.name}>
            {index > 0 && ', '}
            <Linked link={plan} path={paths.plan} tabIndex={tabIndex} />
          </span>
        ))
      ),
    text: ({ usedBy }) => usedBy.map(({ name }) => name).join(', '),
  },
  {
    id: 'description',
    header: 'Description',
    width: 'minmax(9rem, 1.2fr)',
    optional: true,
    text: ({ description }) => description,
  },
  savedColumn,
  {
    id: 'by',
    header: 'By',
    width: 'minmax(7rem, 0.8fr)',
    optional: true,
    text: ({ updatedBy }) => updatedBy,
  },
];

const empty = (
  <Nothing title="No patch filters yet">
    A patch filter says which patches are meant, such as “security patches, critical or important”. Plans use
    it by its name, so that all of them change with it. Make one with “New patch filter”.
  </Nothing>
);

/** The patch filters, with what each matches now and the plans that use it (P-02). */
export function PatchFiltersPage() {
  return (
    <LibraryListPage
      kind={patchFilterKind}
      description="Which patches are meant, kept under a name for plans."
      columns={columns}
      empty={empty}
    />
  );
}
