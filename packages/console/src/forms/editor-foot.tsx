import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import type { Editing } from './use-draft.ts';

/** What stands below an editor: a note, and what can be done with its draft. */
export function EditorFoot<Draft>({
  note,
  editing: { draft, isDirty, undo, saving },
  whyNot,
}: {
  readonly note: ReactNode;
  readonly editing: Editing<Draft>;
  /** Why the draft cannot be saved, apart from there being nothing to save; null: it can be. */
  readonly whyNot: string | null;
}) {
  const { isNew, isSaving, save } = saving;
  return (
    <div className="form-foot">
      <span className="form-foot-note quiet" aria-live="polite">
        {note}
      </span>
      <Button variant="default" disabled={!isDirty} onClick={undo}>
        Undo changes
      </Button>
      <ActionButton
        variant="filled"
        refusal={whyNot ?? (isDirty || isNew ? null : 'Nothing has been changed.')}
        loading={isSaving}
        onClick={() => save(draft)}
      >
        {isNew ? 'Create' : 'Save'}
      </ActionButton>
    </div>
  );
}
