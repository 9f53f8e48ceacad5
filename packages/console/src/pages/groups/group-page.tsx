import type { Group, GroupInput } from '@patchbay/contracts/group';
import { IconTrash } from '@tabler/icons-react';
import type { Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { useAddressedThing } from '../../api/things.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { groupKind } from '../../forms/library-kinds.ts';
import { useTaggedEdit } from '../../forms/use-tagged-edit.ts';
import { UsedBy } from '../../forms/used-by.tsx';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { GroupEditor, groupDraft, groupText } from './group-editor.tsx';

/** A group to read or to change: its rule, its endpoints now, and what uses it (E-13). */
export function GroupPage() {
  const query = useAddressedThing<Group>('groups');
  return <Thing query={query}>{(loaded) => <GroupView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function GroupView({ loaded }: { readonly loaded: Tagged<Group> }) {
  const { name, updatedAt, updatedBy, usedBy } = loaded.value;
  const refusal = useRefusal()('group.write');
  const { remove } = useLibraryDeeds(groupKind);
  const edit = useTaggedEdit<Group, GroupInput>({ loaded, noun: 'groups', textOf: groupText });
  return (
    <Page
      title={name}
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: 'Groups', to: paths.groups }]}
      actions={
        <ActionButton icon={IconTrash} refusal={refusal} onClick={() => remove(loaded.value)}>
          Delete
        </ActionButton>
      }
    >
      <GroupEditor
        key={edit.base.etag}
        initial={groupDraft(edit.base.value)}
        refusal={refusal}
        saving={edit}
        below={<UsedBy kind={groupKind} usedBy={usedBy} />}
      />
    </Page>
  );
}
