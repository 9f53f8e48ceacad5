import type { Workflow } from '@patchbay/contracts/workflow';
import { editRefusal } from '@patchbay/domain/library/refusal';
import { operatingSystemNames } from '@patchbay/domain/operating-system';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { Fragment } from 'react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { workflowKind } from '../../forms/library-kinds.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { BuiltIn } from '../../ui/built-in.tsx';
import { Linked } from '../../ui/linked.tsx';
import { Os } from '../../ui/os.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { whyKept } from './why-kept.ts';
import { WorkflowEditor } from './workflow-editor.tsx';
import { draftOf, requestOf, type WorkflowDraft, workflowText } from './workflow-values.ts';

/** A workflow to read or, when it is a personal one, to change (L-42). */
export function WorkflowPage() {
  const query = useAddressedThing<Workflow>('workflows');
  return <Thing query={query}>{(loaded) => <WorkflowView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function WorkflowView({ loaded }: { readonly loaded: Tagged<Workflow> }) {
  const { name, os, isDefault, origin, updatedAt, updatedBy, usedBy } = loaded.value;
  const refusal = useRefusal()('workflow.write');
  const { duplicate, remove } = useLibraryDeeds(workflowKind);
  const edit = useTaggedEdit<Workflow, WorkflowDraft>({
    loaded,
    noun: 'workflows',
    requestOf,
    textOf: (thing) => workflowText('id' in thing ? draftOf(thing) : thing),
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
          <ActionButton icon={IconCopy} refusal={refusal} onClick={() => duplicate(loaded.value)}>
            Duplicate
          </ActionButton>
          <ActionButton
            icon={IconTrash}
            refusal={refusal ?? whyKept(loaded.value)}
            onClick={() => remove(loaded.value)}
          >
            Delete
          </ActionButton>
        </>
      }
    >
      <WorkflowEditor
        key={edit.base.etag}
        initial={draftOf(edit.base.value)}
        readOnly={isBuiltIn}
        refusal={refusal}
        saving={edit}
      />
    </Page>
  );
}
