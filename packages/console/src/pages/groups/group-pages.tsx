import type { Group, GroupInput } from '@patchbay/contracts/group';
import { type EditedKind, LibraryPage, NewLibraryPage } from '../../forms/library-editor-page.tsx';
import { groupKind } from '../../forms/library-kinds.ts';
import { GroupEditor } from './group-editor.tsx';
import { asTree, newCondition } from './rule-draft.ts';

const kind: EditedKind<Group, GroupInput> = {
  ...groupKind,
  // The Linux endpoints, until something else is said.
  blank: { name: '', description: '', rule: { is: 'all', of: [newCondition] } },
  draftOf: ({ name, description, rule }) => ({ name, description, rule: asTree(rule) }),
  textOf: ({ name, description, rule }) =>
    [`name: ${name}`, `description: ${description}`, `rule: ${JSON.stringify(asTree(rule), null, 2)}`].join(
      '\n',
    ),
  Editor: GroupEditor,
};

/** Makes a group (E-13). */
export function NewGroupPage() {
  return <NewLibraryPage kind={kind} />;
}

/** A group to read or to change: its rule, its endpoints now, and what uses it (E-13). */
export function GroupPage() {
  return <LibraryPage kind={kind} />;
}
