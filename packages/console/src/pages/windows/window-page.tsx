import type { MaintenanceWindowDetail, WindowInput } from '@patchbay/contracts/window';
import { IconTrash } from '@tabler/icons-react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { OpenNow } from './open-now.tsx';
import { useWindowRemoval } from './use-window-removal.tsx';
import { windowDraft, windowText } from './window-draft.ts';
import { WindowEditor } from './window-editor.tsx';

/** A maintenance window to read or to change (P-06). */
export function WindowPage() {
  const query = useAddressedThing<MaintenanceWindowDetail>('windows');
  return <Thing query={query}>{(loaded) => <WindowView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function WindowView({ loaded }: { readonly loaded: Tagged<MaintenanceWindowDetail> }) {
  const { name, members, inWords, updatedAt, updatedBy } = loaded.value;
  const refusal = useRefusal()('window.write');
  const remove = useWindowRemoval();
  const edit = useTaggedEdit<MaintenanceWindowDetail, WindowInput>({
    loaded,
    noun: 'windows',
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
        <ActionButton icon={IconTrash} refusal={refusal} onClick={() => remove(loaded.value)}>
          Delete
        </ActionButton>
      }
    >
      <WindowEditor
        key={edit.base.etag}
        initial={windowDraft(edit.base.value)}
        refusal={refusal}
        saving={edit}
        replaces={edit.base.value.id}
      />
    </Page>
  );
}
