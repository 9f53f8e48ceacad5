import { Button, Table } from '@mantine/core';
import type { Plan, PlanInput, PlanRevision } from '@patchbay/contracts/plan';
import { IconRestore } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, send, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { thingQuery } from '../../api/things.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DiffView } from '../../ui/code/diff-view.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';

/** A plan as it was saved each time: compared, restored. */
export function PlanRevisions({ loaded }: { readonly loaded: Tagged<Plan> }) {
  const { id, revision: latest } = loaded.value;
  const query = useQuery(thingQuery<readonly PlanRevision[]>('plans', `/plans/${part(id)}/revisions`));
  const [chosen, setChosen] = useState<number | null>(null);
  const revisions = query.data ?? [];
  const newest = revisions.find(({ revision }) => revision === latest);
  const compared = revisions.find(({ revision }) => revision === chosen);
  return (
    <Section title="Revisions">
      {query.isError && <ProblemView error={query.error} />}
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={90}>Revision</Table.Th>
            <Table.Th w={170}>Saved</Table.Th>
            <Table.Th>By</Table.Th>
            <Table.Th w={240}>
              <span className="for-screen-readers">Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {revisions.map((one) => (
            <Table.Tr key={one.revision} {...(one.revision === chosen ? { bg: 'var(--chosen)' } : {})}>
              <Table.Td className="figures">{one.revision}</Table.Td>
              <Table.Td>
                <When at={one.createdAt} />
              </Table.Td>
              <Table.Td>{one.author}</Table.Td>
              <Table.Td>
                {one.revision === latest ? (
                  <span className="quiet">the latest</span>
                ) : (
                  <span className="row-buttons">
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-pressed={one.revision === chosen}
                      onClick={() => setChosen(one.revision === chosen ? null : one.revision)}
                    >
                      Compare
                    </Button>
                    <Restore loaded={loaded} old={one} />
                  </span>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {compared !== undefined && newest !== undefined && (
        <DiffView
          before={textOf(compared.plan)}
          after={textOf(newest.plan)}
          labels={[`Revision ${compared.revision}`, `Revision ${latest}, the latest`]}
        />
      )}
    </Section>
  );
}

function Restore({ loaded, old }: { readonly loaded: Tagged<Plan>; readonly old: PlanRevision }) {
  const { id, name } = loaded.value;
  const queryClient = useQueryClient();
  const refusal = useRefusal()('plan.write');
  const restore = useMutation({
    mutationFn: () => send<Plan>('PUT', `/plans/${part(id)}`, old.plan, loaded.etag),
    onSuccess: async ({ revision }) => {
      await queryClient.invalidateQueries({ queryKey: ['plans'] });
      notifyDone(`Revision ${old.revision} is the latest again, as revision ${revision}.`);
    },
    onError: notifyProblem,
  });
  return (
    <ActionButton
      size="compact-xs"
      icon={IconRestore}
      refusal={refusal}
      loading={restore.isPending}
      onClick={() =>
        confirm({
          title: `Restore revision ${old.revision} of “${name}”?`,
          touches:
            'It is saved as a new revision; none is lost. An open cycle goes on as it was; what was activated or approved has to be again.',
          action: 'Restore',
          onConfirm: () => restore.mutate(),
        })
      }
    >
      Restore
    </ActionButton>
  );
}

function textOf(plan: PlanInput): string {
  return JSON.stringify(plan, null, 2);
}
