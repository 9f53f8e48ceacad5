import { Table } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Session } from '@patchbay/contracts/session';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { send } from '../../api/client.ts';
import { thingQuery } from '../../api/things.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { Ago, When } from '../../ui/time.tsx';
import { browserName } from './browser-name.ts';

/** Where somebody is signed in, and the end of it elsewhere (S-01). */
export function SessionsSection() {
  const queryClient = useQueryClient();
  const sessions = useQuery(thingQuery<ListPage<Session>>('sessions', '/sessions'));
  const items = sessions.data?.items ?? [];
  const others = items.filter(({ current }) => !current).length;
  const endOthers = (): void =>
    confirm({
      title: 'Sign out everywhere else?',
      touches: `${others === 1 ? 'One other session ends' : `${others} other sessions end`} at once; what is not saved there is lost. You stay signed in here.`,
      action: 'Sign out elsewhere',
      onConfirm: () => {
        send('DELETE', '/sessions/others')
          .then(() => queryClient.invalidateQueries({ queryKey: ['sessions'] }))
          .then(() => notifyDone('You are signed in here only.'))
          .catch(notifyProblem);
      },
    });
  return (
    <Section
      title="Where you are signed in"
      actions={
        <ActionButton
          size="xs"
          refusal={others === 0 ? 'You are signed in here only.' : null}
          onClick={endOthers}
        >
          Sign out everywhere else
        </ActionButton>
      }
    >
      {sessions.isError && <ProblemView error={sessions.error} retry={() => void sessions.refetch()} />}
      <Table.ScrollContainer minWidth={560}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Browser</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>Signed in</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>Ends unless used</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ createdAt, lastSeenAt, expiresAt, address, userAgent, current }) => (
              <Table.Tr key={`${createdAt} ${address} ${userAgent}`}>
                <Table.Td title={userAgent}>
                  {browserName(userAgent)}
                  {current && <span className="quiet"> · this one</span>}
                </Table.Td>
                <Table.Td>{address}</Table.Td>
                <Table.Td>
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>
                  <Ago at={lastSeenAt} />
                </Table.Td>
                <Table.Td>
                  <When at={expiresAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
}
