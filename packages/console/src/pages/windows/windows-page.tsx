import type { MaintenanceWindow } from '@patchbay/contracts/window';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useRefusal } from '../../api/session.ts';
import { savedColumn } from '../../forms/library-columns.tsx';
import { paths } from '../../paths.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { deleteRow, editRow } from '../../ui/data-list/row-actions.ts';
import { durationText } from '../../ui/instant.ts';
import { Page } from '../../ui/page.tsx';
import { Nothing } from '../../ui/section.tsx';
import { OpenNow } from './open-now.tsx';
import { useWindowRemoval } from './use-window-removal.tsx';
import { NewWindowButton, WindowTabs } from './window-tabs.tsx';

const columns: readonly Column<MaintenanceWindow>[] = [
  { id: 'name', header: 'Name', width: 'minmax(10rem, 1.2fr)', text: ({ name }) => name },
  {
    id: 'state',
    header: 'Now',
    width: 'minmax(11rem, 1fr)',
    cell: (window) => <OpenNow window={window} />,
    text: ({ current, next }) => (current === null ? (next?.opensAt ?? 'never') : 'open'),
  },
  { id: 'days', header: 'Opens', width: 'minmax(14rem, 1.8fr)', text: ({ inWords }) => inWords },
  {
    id: 'duration',
    header: 'For',
    width: '6rem',
    cell: ({ durationMinutes }) => <span className="figures">{durationText(durationMinutes * 60_000)}</span>,
    text: ({ durationMinutes }) => String(durationMinutes),
  },
  {
    id: 'endpoints',
    header: 'Endpoints',
    width: 'minmax(10rem, 1.3fr)',
    cell: ({ endpoints }) => (
      <span className="code" title={endpoints}>
        {endpoints}
      </span>
    ),
    text: ({ endpoints }) => endpoints,
  },
  { ...savedColumn, optional: true },
];

/** The maintenance windows (P-06). */
export function WindowsPage() {
  const navigate = useNavigate();
  const refusal = useRefusal()('window.write');
  const remove = useWindowRemoval();
  const list = useMemo<ListDefinition<MaintenanceWindow>>(
    () => ({
      things: 'windows',
      noun: 'windows',
      path: '/windows',
      columns,
      searchIn: 'name',
      rowId: ({ id }) => id,
      rowPath: ({ id }) => paths.window(id),
      rowActions: (window) => [
        editRow(window, () => void navigate({ to: paths.window(window.id) })),
        deleteRow(window, refusal, () => remove(window)),
      ],
      empty: (
        <Nothing title="No maintenance windows yet">
          Plans work on an endpoint only inside its windows; on one that has none, at any time. Make one with
          “New window”.
        </Nothing>
      ),
    }),
    [navigate, refusal, remove],
  );
  return (
    <Page
      title="Maintenance windows"
      description="When plans may work on which endpoints."
      fixed
      actions={<NewWindowButton />}
    >
      <WindowTabs />
      <DataList list={list} />
    </Page>
  );
}
