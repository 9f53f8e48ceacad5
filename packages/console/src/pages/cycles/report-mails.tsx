import { Table } from '@mantine/core';
import type { ReportMail } from '@patchbay/contracts/cycle-report';
import { useQuery } from '@tanstack/react-query';
import { part } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { Section } from '../../ui/section.tsx';
import { type Shown, Status } from '../../ui/status-mark.tsx';
import { When } from '../../ui/time.tsx';

const statuses: Readonly<Record<ReportMail['status'], Shown>> = {
  later: { tone: 'off', label: 'When it has ended' },
  waiting: { tone: 'busy', label: 'On its way' },
  sent: { tone: 'good', label: 'Mailed' },
  failed: { tone: 'bad', label: 'Given up' },
};

/** How the report of a cycle gets to those whom its plan names (P-15). */
function useReportMails(id: number) {
  return useQuery(thingQuery<ReportMail[]>('cycles', `/cycles/${part(id)}/report/mails`)).data ?? [];
}

/** Says on the page of a cycle to whom its report could not be mailed. */
export function UnsentReports({ id }: { readonly id: number }) {
  const unsent = useReportMails(id).filter(({ status }) => status === 'failed');
  const [first] = unsent;
  if (first === undefined) return null;
  const others = unsent.length === 1 ? '' : ` and ${unsent.length - 1} more`;
  return (
    <p className="merge-words" role="status">
      The report could not be mailed to {first.recipient}
      {others}: {first.problem}.
    </p>
  );
}

/** Everybody whom the plan names, and whether they have the report. */
export function ReportMails({ id }: { readonly id: number }) {
  const mails = useReportMails(id);
  if (mails.length === 0) return null;
  return (
    <Section title="Report by mail">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>To</Table.Th>
            <Table.Th w={190}>Status</Table.Th>
            <Table.Th w={200}>Mailed, or tried next</Table.Th>
            <Table.Th>Why not</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {mails.map(({ recipient, status, sentAt, nextAt, problem }) => (
            <Table.Tr key={recipient}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{recipient}</Table.Td>
              <Table.Td>
                <Status shown={statuses[status]} />
              </Table.Td>
              <Table.Td>
                <When at={sentAt ?? nextAt} none="" />
              </Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{problem}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
