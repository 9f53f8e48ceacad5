import { Table } from '@mantine/core';
import type { PatchResult } from '@patchbay/contracts/inventory';
import { Section } from '../../ui/section.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';

const outcomes: Readonly<Record<PatchResult['outcome'], Shown>> = {
  failed: { tone: 'bad', label: 'Failed' },
  installed: { tone: 'good', label: 'Installed' },
  wouldInstall: { tone: 'idle', label: 'Would be installed' },
  notApplicable: { tone: 'off', label: 'Not applicable' },
};
const order = Object.keys(outcomes);

/** What became of each patch (E-05), failures first. */
export function PatchResults({ patches }: { readonly patches: readonly PatchResult[] }) {
  const sorted = patches.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return (
    <Section title={`Patches (${patches.length})`}>
      <Table.ScrollContainer minWidth={640} mah={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Package</Table.Th>
              <Table.Th>Result</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>To</Table.Th>
              <Table.Th>Message</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted.map(({ id, package: name, outcome, fromVersion, toVersion, security, message }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  {name}
                  {security && <span className="quiet"> · security</span>}
                </Table.Td>
                <Table.Td>
                  <Status shown={outcomes[outcome]} />
                </Table.Td>
                <Table.Td className="code">{fromVersion ?? '–'}</Table.Td>
                <Table.Td className="code">{toVersion}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{message ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
