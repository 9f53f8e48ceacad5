import { IconTrash } from '@tabler/icons-react';
import type { ComponentType, ReactNode } from 'react';
import type { Tagged } from '../api/client.ts';
import { useRefusal } from '../api/session.ts';
import { useAddressedThing } from '../api/things.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Page } from '../ui/page.tsx';
import { Thing } from '../ui/thing.tsx';
import { Ago } from '../ui/time.tsx';
import { type LibraryKind, type User, useLibraryDeeds } from './library-deeds.tsx';
import type { Saving } from './saving.ts';
import { useCreation } from './use-creation.ts';
import { useTaggedEdit } from './use-tagged-edit.ts';
import { UsedBy } from './used-by.tsx';

/** A kind of thing that is read and changed on one and the same page. */
export interface EditedKind<Value, Draft> extends LibraryKind {
  /** What a new one begins with. */
  readonly blank: Draft;
  /** What of one is edited. */
  readonly draftOf: (thing: Value) => Draft;
  /** One as text, to compare two versions. */
  readonly textOf: (thing: Draft | Value) => string;
  readonly Editor: ComponentType<EditorProps<Draft>>;
}

/** What an editor is given. */
export interface EditorProps<Draft> {
  readonly initial: Draft;
  /** Why whoever looks at it may not change it; null: they may. */
  readonly refusal: string | null;
  readonly saving: Saving<Draft>;
  /** What stands below its fields. */
  readonly below?: ReactNode;
}

interface Saved {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly usedBy: readonly User[];
}

/** The page on which one of a kind is made. */
export function NewLibraryPage<Value, Draft>({ kind }: { readonly kind: EditedKind<Value, Draft> }) {
  const { noun, one, title, page, listPage, permission, blank, Editor } = kind;
  const refusal = useRefusal()(permission);
  const creation = useCreation<Draft>({ noun, page });
  return (
    <Page title={`New ${one}`} trail={[{ label: title, to: listPage }]}>
      <Editor initial={blank} refusal={refusal} saving={creation} />
    </Page>
  );
}

/** The page of one of a kind, with what uses it. */
export function LibraryPage<Value extends Saved, Draft>({
  kind,
}: {
  readonly kind: EditedKind<Value, Draft>;
}) {
  const query = useAddressedThing<Value>(kind.noun);
  return (
    <Thing query={query}>{(loaded) => <Loaded key={loaded.value.id} kind={kind} loaded={loaded} />}</Thing>
  );
}

function Loaded<Value extends Saved, Draft>({
  kind,
  loaded,
}: {
  readonly kind: EditedKind<Value, Draft>;
  readonly loaded: Tagged<Value>;
}) {
  const { noun, title, listPage, permission, draftOf, textOf, Editor } = kind;
  const { name, updatedAt, updatedBy, usedBy } = loaded.value;
  const refusal = useRefusal()(permission);
  const { remove } = useLibraryDeeds(kind);
  const edit = useTaggedEdit<Value, Draft>({ loaded, noun, textOf });
  return (
    <Page
      title={name}
      description={
        <>
          Saved <Ago at={updatedAt} /> by {updatedBy}
        </>
      }
      trail={[{ label: title, to: listPage }]}
      actions={
        <ActionButton icon={IconTrash} refusal={refusal} onClick={() => remove(loaded.value)}>
          Delete
        </ActionButton>
      }
    >
      <Editor
        key={edit.base.etag}
        initial={draftOf(edit.base.value)}
        refusal={refusal}
        saving={edit}
        below={<UsedBy kind={kind} usedBy={usedBy} />}
      />
    </Page>
  );
}
