import type { ApplicablePatch } from '@patchbay/contracts/inventory';
import { useMemo } from 'react';
import { part } from '../../api/client.ts';
import { DataList } from '../../ui/data-list/data-list.tsx';
import type { Column, ListDefinition } from '../../ui/data-list/list-definition.ts';
import { bytesText } from '../../ui/instant.ts';
import { Nothing } from '../../ui/section.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { useEndpointQuery } from './endpoint-frame.tsx';

const columns: readonly Column<ApplicablePatch>[] = [
  {
    id: 'package',
    header: 'Package',
    width: 'minmax(10rem, 1.4fr)',
    cell: ({ package: name, title }) => <span title={title}>{name}</span>,
    text: ({ package: name }) => name,
  },
  {
    id: 'from',
    header: 'Installed',
    width: 'minmax(8rem, 1fr)',
    cell: ({ currentVersion }) => <span className="code">{currentVersion ?? '–'}</span>,
    text: ({ currentVersion }) => currentVersion ?? '',
  },
  {
    id: 'to',
    header: 'Applicable',
    width: 'minmax(8rem, 1fr)',
    cell: ({ version }) => <span className="code">{version}</span>,
    text: ({ version }) => version,
  },
  { id: 'classification', header: 'Kind', width: '7.5rem', text: ({ classification }) => classification },
  {
    id: 'severity',
    header: 'Severity',
    width: '8rem',
    cell: ({ severity }) => <SeverityMark severity={severity} />,
    text: ({ severity }) => severity,
  },
  {
    id: 'cves',
    header: 'CVEs',
    width: 'minmax(8rem, 1.4fr)',
    cell: ({ cves }) => <span title={cves.join(', ')}>{cves.join(', ') || '–'}</span>,
    text: ({ cves }) => cves.join(' '),
  },
  {
    id: 'reboot',
    header: 'Reboot',
    width: '5.5rem',
    cell: ({ rebootHint }) => (rebootHint ? 'likely' : '–'),
    text: ({ rebootHint }) => (rebootHint ? 'likely' : ''),
  },
  {
    id: 'size',
    header: 'Size',
    width: '5rem',
    align: 'end',
    cell: ({ sizeBytes }) => (sizeBytes === null ? '–' : bytesText(sizeBytes)),
    text: ({ sizeBytes }) => String(sizeBytes ?? ''),
  },
];

/** What the last scan of an endpoint has found (E-03). */
export function EndpointPatches() {
  const { data: endpoint } = useEndpointQuery();
  const id = endpoint?.id ?? '';
  const scanned = endpoint !== undefined && endpoint.scannedAt !== null;
  const list = useMemo<ListDefinition<ApplicablePatch>>(
    () => ({
      things: 'patches',
      noun: 'endpoints',
      path: `/endpoints/${part(id)}/patches`,
      columns,
      facets: [
        {
          id: 'classification',
          label: 'Kind',
          options: ['security', 'bugfix', 'enhancement', 'other'].map((value) => ({ value, label: value })),
        },
      ],
      rowId: (row) => row.id,
      empty: scanned ? (
        <Nothing title="No applicable patches">The last scan found nothing to install.</Nothing>
      ) : (
        <Nothing title="Not scanned yet">
          “Look for patches” asks the endpoint now; it also looks by itself from time to time.
        </Nothing>
      ),
    }),
    [id, scanned],
  );
  return endpoint === undefined ? null : <DataList list={list} />;
}
