import { useState } from 'react';
import { useLeaveGuard } from './leave-guard.ts';
import type { Saving } from './saving.ts';

/** A draft while it is edited. */
export interface Editing<Draft> {
  readonly draft: Draft;
  /** Changes what is named, and leaves the rest. */
  readonly change: (part: Partial<Draft>) => void;
  /** Whether the draft differs from what is saved. */
  readonly isDirty: boolean;
  readonly undo: () => void;
  readonly saving: Saving<Draft>;
}

/** Edits a draft; before a page with changes that are not saved is left, somebody is asked. */
export function useDraft<Draft>(
  initial: Draft,
  saving: Saving<Draft>,
  isSame: (one: Draft, other: Draft) => boolean = sameContent,
): Editing<Draft> {
  const [draft, setDraft] = useState(initial);
  const isDirty = !isSame(draft, initial);
  useLeaveGuard(() => isDirty && !saving.isSaving);
  return {
    draft,
    change: (part) => setDraft({ ...draft, ...part }),
    isDirty,
    undo: () => setDraft(initial),
    saving,
  };
}

function sameContent(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
