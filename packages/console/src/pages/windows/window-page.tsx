import type { MaintenanceWindowDetail, WindowInput } from '@patchbay/contracts/window';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { part, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { taggedQuery } from '../../api/things.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { useTaggedEdit } from '../../forms/tagged-edit.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { OpenNow } from './open-now.tsx';
import { useWindowRemoval } from './use-window-removal.tsx';
import { windowDraft, windowText } from './window-draft.ts';
import { Warnings, WindowEditor } from './window-editor.tsx';

/** A maintenance window to read or to change (P-06). */
export function WindowPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(taggedQuery<MaintenanceWindowDetail>('windows', `/windows/${part(id)}`));
  return <Thing query={query}>{(loaded) => <WindowView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function WindowView({ loaded }: { readonly loaded: Tagged<MaintenanceWindowDetail> }) {
  const { id, name, members, inWords, warnings, updatedAt, updatedBy } = loaded.value;
  const refusal = useRefusal()('window.write');
  const remove = useWindowRemoval();
  const { base, theirs, save, isSaving, error } = useTaggedEdit<MaintenanceWindowDetail, WindowInput>({
    loaded,
    noun: 'windows',
    path: `/windows/${part(id)}`,
    requestOf: (draft) => draft,
    textOf: windowText,
  });
  return (
    <Page
      title={name}
      mark={<OpenNow window={loaded.value} />}
      description={
        <>
          {inWords} · for {members.toLocaleString()} {members === 1 ? 'endpoint' : 'endpoints'} now · saved{' '}
          <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Maintenance windows', to: paths.windows }]}
      actions={
        <ActionButton
          leftSection={<IconTrash size={16} />}
          refusal={refusal}
          onClick={() => remove(loaded.value)}
        >
          Delete
        </ActionButton>
      }
    >
      {warnings.length > 0 && <Warnings warnings={warnings} />}
      <WindowEditor
        key={base.etag}
        initial={windowDraft(base.value)}
        refusal={refusal}
        saving={isSaving}
        error={error}
        action="Save"
        above={(draft) =>
          theirs !== null && (
            <MergePanel
              savedBy={theirs.value.updatedBy}
              savedAt={theirs.value.updatedAt}
              theirs={windowText(theirs.value)}
              mine={windowText(draft)}
            />
          )
        }
        onSave={save}
      />
    </Page>
  );
}
