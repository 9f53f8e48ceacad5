import type { Group, GroupInput } from '@patchbay/contracts/group';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { part, type Tagged } from '../../api/client.ts';
import { useRefusal } from '../../api/session.ts';
import { taggedQuery } from '../../api/things.ts';
import { useLibraryDeeds } from '../../forms/library-deeds.tsx';
import { groupKind } from '../../forms/library-kinds.ts';
import { MergePanel } from '../../forms/merge-panel.tsx';
import { useTaggedEdit } from '../../forms/tagged-edit.ts';
import { paths } from '../../paths.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Page } from '../../ui/page.tsx';
import { RouterLink } from '../../ui/router-link.tsx';
import { Section } from '../../ui/section.tsx';
import { Thing } from '../../ui/thing.tsx';
import { Ago } from '../../ui/time.tsx';
import { GroupEditor, groupDraft, groupText } from './group-editor.tsx';

/** A group to read or to change: its rule, its endpoints now, and what uses it (E-13). */
export function GroupPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery(taggedQuery<Group>('groups', `/groups/${part(id)}`));
  return <Thing query={query}>{(loaded) => <GroupView key={loaded.value.id} loaded={loaded} />}</Thing>;
}

function GroupView({ loaded }: { readonly loaded: Tagged<Group> }) {
  const { id, name, updatedAt, updatedBy, usedBy } = loaded.value;
  const refusal = useRefusal()('group.write');
  const { remove } = useLibraryDeeds(groupKind);
  const { base, theirs, save, isSaving, error } = useTaggedEdit<Group, GroupInput>({
    loaded,
    noun: 'groups',
    path: `/groups/${part(id)}`,
    requestOf: (draft) => draft,
    textOf: groupText,
  });
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
        <ActionButton
          leftSection={<IconTrash size={16} />}
          refusal={refusal}
          onClick={() => remove(loaded.value)}
        >
          Delete
        </ActionButton>
      }
    >
      <GroupEditor
        key={base.etag}
        initial={groupDraft(base.value)}
        refusal={refusal}
        saving={isSaving}
        error={error}
        action="Save"
        above={(draft) =>
          theirs !== null && (
            <MergePanel
              savedBy={theirs.value.updatedBy}
              savedAt={theirs.value.updatedAt}
              theirs={groupText(theirs.value)}
              mine={groupText(draft)}
            />
          )
        }
        below={
          <Section title={`Where it is used (${usedBy.length})`}>
            {usedBy.length === 0 ? (
              <span className="quiet">No plan, window or schedule names it.</span>
            ) : (
              <ul className="plain-list">
                {usedBy.map(({ kind, id: user, name: userName }) => (
                  <li key={user}>
                    <RouterLink to={groupKind.userPage(user, kind)} size="sm">
                      {userName}
                    </RouterLink>{' '}
                    <span className="quiet">({kind})</span>
                  </li>
                ))}
              </ul>
            )}
          </Section>
        }
        onSave={save}
      />
    </Page>
  );
}
