import type { ReactNode } from 'react';
import { ProblemView } from '../ui/problem-view.tsx';
import { EditorFoot } from './editor-foot.tsx';
import { isShownAt } from './field-errors.ts';
import { MergePanel } from './merge-panel.tsx';
import type { Editing } from './use-draft.ts';

/** What every editor of something with a name has around its fields: what others have saved, what is wrong, its foot. */
export function EditorFrame<Draft extends { readonly name: string }>({
  editing,
  refusal,
  lacking,
  shownFields,
  note,
  children,
}: {
  readonly editing: Editing<Draft>;
  /** Why whoever looks at it may not save it; null: they may. */
  readonly refusal: string | null;
  /** What else than a name it needs to be saved; null: nothing. */
  readonly lacking: string | null;
  /** The paths at which the fields themselves say what is wrong. */
  readonly shownFields: readonly string[];
  readonly note: ReactNode;
  readonly children: ReactNode;
}) {
  const { draft, saving } = editing;
  const { error, theirs } = saving;
  const nameless = draft.name.trim() === '' ? 'Give it a name first.' : null;
  return (
    <div className="form">
      <MergePanel theirs={theirs} mine={draft} />
      {children}
      {error !== null && !isShownAt(error, shownFields) && <ProblemView error={error} />}
      <EditorFoot note={note} editing={editing} whyNot={refusal ?? nameless ?? lacking} />
    </div>
  );
}
