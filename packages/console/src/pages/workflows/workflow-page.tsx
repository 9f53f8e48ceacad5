import type { Workflow } from '@patchbay/contracts/workflow';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Fragment, useState } from 'react';
import { getTagged, part, send, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { taggedQuery } from '../../api/things.ts';
import { isEditConflict, openEditConflict } from '../../forms/edit-conflict.tsx';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { workflowKind } from '../../forms/library-kinds.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { BuiltIn } from '../../ui/built-in.tsx';
import { Linked } from '../../ui/linked.tsx';
import { notifyDone, notifyProblem } from '../../ui/notify.ts';
import { Os } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { whyKept } from './why-kept.ts';
import { WorkflowEditor } from './workflow-editor.tsx';
import { draftOf, requestOf, type WorkflowDraft, workflowText } from './workflow-values.ts';

/** A workflow to read or, when it is a personal one, to change (L-42). */
export function WorkflowPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(taggedQuery<Workflow>('workflows', `/workflows/${part(id)}`));
  return <Thing query={query}>{(loaded) => <WorkflowView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function WorkflowView({ loaded }: { readonly loaded: Tagged<Workflow> }) {
  const { id, name, os, isDefault, origin, updatedAt, updatedBy, usedBy } = loaded.value;
  // What the editor was filled from; it goes on from there although the workflow may be read again meanwhile.
  const [base, setBase] = useState(loaded);
  // What somebody else has saved meanwhile, while both are brought together.
  const [theirs, setTheirs] = useState<Tagged<Workflow> | null>(null);
  const path = `/workflows/${part(id)}`;
  const queryClient = useQueryClient();
  const refusal = useRefusal()('workflow.write');
  const { duplicate, remove } = useLibraryDeeds(workflowKind);
  const begin = async (next: Tagged<Workflow>): Promise<void> => {
    setBase(next);
    setTheirs(null);
    await queryClient.invalidateQueries({ queryKey: ['workflows'] });
  };
  const save = useMutation({
    mutationFn: async ({ draft, etag }: { draft: WorkflowDraft; etag: string }) => {
      await send('PUT', path, requestOf(draft), etag);
      return getTagged<Workflow>(path);
    },
    onSuccess: async (next) => {
      await begin(next);
      notifyDone(`“${next.value.name}” is saved.`);
    },
    onError: async (error, { draft }) => {
      if (!isEditConflict(error)) return;
      const other = await getTagged<Workflow>(path).catch(notifyProblem);
      if (other === undefined) return;
      openEditConflict({
        name,
        savedBy: other.value.updatedBy,
        savedAt: other.value.updatedAt,
        theirs: workflowText(draftOf(other.value)),
        mine: workflowText(draft),
        takeTheirs: () => void begin(other),
        saveMine: () => save.mutate({ draft, etag: other.etag }),
        merge: () => setTheirs(other),
      });
    },
  });
  const isBuiltIn = editRefusal({ kind: 'workflow', ...loaded.value }) !== null;
  return (
    <Page
      title={name}
      mark={
        <>
          {origin === 'builtIn' && <BuiltIn />}
          <Os os={os}>{`${operatingSystemNames[os]}${isDefault ? ' (default)' : ''}`}</Os>
        </>
      }
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
          {usedBy.map((plan, index) => (
            <Fragment key={plan.id ?? plan.name}>
              {index === 0 ? ' · used by ' : ', '}
              <Linked link={plan} path={paths.plan} />
            </Fragment>
          ))}
        </>
      }
      trail={[{ label: 'Workflows', to: paths.workflows }]}
      actions={
        <>
          <ActionButton
            leftSection={<IconCopy size={16} />}
            refusal={refusal}
            onClick={() => duplicate(loaded.value)}
          >
            Duplicate
          </ActionButton>
          <ActionButton
            leftSection={<IconTrash size={16} />}
            refusal={refusal ?? whyKept(loaded.value)}
            onClick={() => remove(loaded.value)}
          >
            Delete
          </ActionButton>
        </>
      }
    >
      <WorkflowEditor
        key={base.etag}
        initial={draftOf(base.value)}
        readOnly={isBuiltIn}
        refusal={refusal}
        saving={save.isPending}
        error={save.isError && !isEditConflict(save.error) ? save.error : null}
        action="Save"
        above={(draft) =>
          theirs !== null && (
            <MergePanel
              savedBy={theirs.value.updatedBy}
              savedAt={theirs.value.updatedAt}
              theirs={workflowText(draftOf(theirs.value))}
              mine={workflowText(draft)}
            />
          )
        }
        onSave={(draft) => save.mutate({ draft, etag: (theirs ?? base).etag })}
      />
    </Page>
  );
}
