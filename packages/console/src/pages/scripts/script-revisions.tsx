import { Button, Table } from '@mantine/core';
import type { Page as ListPage } from '@patchbay/contracts/page';
import type { Script, ScriptRevision, ScriptRevisionSummary } from '@patchbay/contracts/script';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { IconRestore } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, part, send, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { thingQuery } from '../../api/things.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DiffView } from '../../ui/code/diff-view.tsx';
import { confirm } from '../../ui/confirm.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { ProblemView } from '../../ui/problem-view.tsx';
import { Section } from '../../ui/section.tsx';
import { When } from '../../ui/time.tsx';
import { useScriptQuery } from './script-page.tsx';
import { revisionText } from './script-values.ts';

/** Every revision of a script: compared, restored (L-05). */
export function ScriptRevisions() {
  const { data } = useScriptQuery();
  return data === undefined ? null : <Revisions loaded={data} />;
}

function Revisions({ loaded }: { readonly loaded: Tagged<Script> }) {
  const { id, revision: latest } = loaded.value;
  const path = `/scripts/${part(id)}/revisions`;
  const revisions = useInfiniteQuery({
    queryKey: ['scripts', 'revisions', path],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      get<ListPage<ScriptRevisionSummary>>(path, { limit: 100, cursor: pageParam }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const before = chosen ?? Math.max(1, latest - 1);
  const items = revisions.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <>
      <Section title="Revisions">
        {revisions.isError && <ProblemView error={revisions.error} />}
        <Table highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={90}>Revision</Table.Th>
              <Table.Th w={150}>Saved</Table.Th>
              <Table.Th w={200}>By</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th w={240}>
                <span className="for-screen-readers">Actions</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ revision, author, createdAt, note }) => (
              <Table.Tr
                key={revision}
                {...(revision === before && latest > 1 ? { bg: 'var(--chosen)' } : {})}
              >
                <Table.Td className="figures">{revision}</Table.Td>
                <Table.Td>
                  <When at={createdAt} />
                </Table.Td>
                <Table.Td>{author}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  {note || <span className="quiet">–</span>}
                </Table.Td>
                <Table.Td>
                  {revision === latest ? (
                    <span className="quiet">the latest</span>
                  ) : (
                    <span className="row-buttons">
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-pressed={revision === before}
                        onClick={() => setChosen(revision)}
                      >
                        Compare
                      </Button>
                      <Restore loaded={loaded} revision={revision} />
                    </span>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {revisions.hasNextPage && (
          <Button variant="subtle" size="compact-sm" mt="xs" onClick={() => void revisions.fetchNextPage()}>
            More
          </Button>
        )}
      </Section>
      {latest > 1 && <Comparison script={loaded.value} before={before} />}
    </>
  );
}

function Comparison({ script, before }: { readonly script: Script; readonly before: number }) {
  const { id, revision: latest, interpreter } = script;
  const path = `/scripts/${part(id)}/revisions`;
  const [older, newer] = [before, latest];
  const left = useQuery(thingQuery<ScriptRevision>('scripts', `${path}/${older}`));
  const right = useQuery(thingQuery<ScriptRevision>('scripts', `${path}/${newer}`));
  const error = left.error ?? right.error;
  return (
    <Section title={`What has changed since revision ${older}`}>
      {error !== null && <ProblemView error={error} />}
      {left.data !== undefined && right.data !== undefined && (
        <DiffView
          before={revisionText(left.data)}
          after={revisionText(right.data)}
          interpreter={interpreter}
          labels={[`Revision ${older}`, `Revision ${newer}, the latest`]}
        />
      )}
    </Section>
  );
}

function Restore({ loaded, revision }: { readonly loaded: Tagged<Script>; readonly revision: number }) {
  const { id, name, usedBy } = loaded.value;
  const queryClient = useQueryClient();
  const refusal =
    useRefusal()('script.write') ?? editRefusal({ kind: 'script', ...loaded.value })?.detail ?? null;
  const restore = useMutation({
    mutationFn: () =>
      send<Script>('POST', `/scripts/${part(id)}/revisions/${revision}/restore`, undefined, loaded.etag),
    onSuccess: async (restored) => {
      await queryClient.invalidateQueries({ queryKey: ['scripts'] });
      notifyDone(`Revision ${revision} is the latest again, as revision ${restored.revision}.`);
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
          title: `Restore revision ${revision} of “${name}”?`,
          touches: `It is saved as a new revision; none is lost. ${usedBy.length === 0 ? 'No task uses the script.' : `Those of its ${usedBy.length} tasks that follow the latest revision run it from now on; cycles that have started do not.`}`,
          action: 'Restore',
          onConfirm: () => restore.mutate(),
        })
      }
    >
      Restore
    </ActionButton>
  );
}
