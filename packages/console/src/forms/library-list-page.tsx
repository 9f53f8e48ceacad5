import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useRefusal } from '../api/session.ts';
import { DataList } from '../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../ui/data-list/list-definition.ts';
import { deleteRow, editRow } from '../ui/data-list/row-actions.ts';
import { NewThing } from '../ui/new-thing.tsx';
import { Page } from '../ui/page.tsx';
import { type LibraryKind, useLibraryDeeds } from './library-deeds.tsx';

interface Row {
  readonly id: string;
  readonly name: string;
}

/** The page with all things of a kind, to make, open and delete one. */
export function LibraryListPage<Item extends Row>({
  kind,
  description,
  columns,
  empty,
}: {
  readonly kind: LibraryKind;
  readonly description: string;
  readonly columns: readonly Column<Item>[];
  /** What stands there when there is none. */
  readonly empty: ReactNode;
}) {
  const { noun, one, title, page, newPage, permission } = kind;
  const navigate = useNavigate();
  const refusal = useRefusal()(permission);
  const { remove } = useLibraryDeeds(kind);
  const list = useMemo<ListDefinition<Item>>(
    () => ({
      things: title.toLowerCase(),
      noun,
      path: `/${noun}`,
      columns,
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => page(id),
      rowActions: (item) => [
        editRow(item, () => void navigate({ to: page(item.id) })),
        deleteRow(item, refusal, () => remove(item)),
      ],
      empty,
    }),
    [title, noun, columns, page, navigate, refusal, remove, empty],
  );
  return (
    <Page
      title={title}
      description={description}
      fixed
      actions={<NewThing label={`New ${one}`} to={newPage} refusal={refusal} />}
    >
      <DataList list={list} />
    </Page>
  );
}
