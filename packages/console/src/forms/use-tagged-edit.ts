import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getTagged, part, send, type Tagged } from '../api/client.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
import { isEditConflict, openEditConflict } from './edit-conflict.tsx';
import type { Saving, Theirs } from './saving.ts';

interface Saved {
  readonly id: string;
  readonly name: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Editing a thing that others may change meanwhile. */
export interface TaggedEdit<Value, Draft> extends Saving<Draft> {
  /** What the form was filled from; it goes on from there although the thing may be read again meanwhile. */
  readonly base: Tagged<Value>;
  /** Drops the changes: begins again with what was saved last. */
  readonly undo: () => void;
}

/** Saves with the version that the form was filled from; shows both versions when somebody else was quicker (412). */
export function useTaggedEdit<Value extends Saved, Draft>({
  loaded,
  noun,
  requestOf = (draft) => draft,
  textOf,
  done = ({ name }) => `“${name}” is saved.`,
  onBegin,
  onRefused,
}: {
  readonly loaded: Tagged<Value>;
  /** Where the API has it, and the key of what is read of it: `scripts`. */
  readonly noun: string;
  readonly requestOf?: (draft: Draft) => unknown;
  /** A draft, or what is saved, as text to be compared. */
  readonly textOf: (thing: Draft | Value) => string;
  /** What is said when it is saved. */
  readonly done?: (saved: Value) => string;
  /** Fills a form that is not made anew for each `base`. */
  readonly onBegin?: (saved: Value) => void;
  readonly onRefused?: (error: unknown) => void;
}): TaggedEdit<Value, Draft> {
  const [base, setBase] = useState(loaded);
  const [other, setOther] = useState<Tagged<Value> | null>(null);
  const path = `/${noun}/${part(base.value.id)}`;
  const queryClient = useQueryClient();
  const begin = async (next: Tagged<Value>): Promise<void> => {
    setBase(next);
    setOther(null);
    onBegin?.(next.value);
    await queryClient.invalidateQueries({ queryKey: [noun] });
  };
  const mutation = useMutation({
    mutationFn: async ({ draft, etag }: { draft: Draft; etag: string }) => {
      await send('PUT', path, requestOf(draft), etag);
      return getTagged<Value>(path);
    },
    onSuccess: async (next) => {
      await begin(next);
      notifyDone(done(next.value));
    },
    onError: async (error, { draft }) => {
      onRefused?.(error);
      if (!isEditConflict(error)) return;
      const next = await getTagged<Value>(path).catch(notifyProblem);
      if (next === undefined) return;
      openEditConflict({
        name: base.value.name,
        theirs: theirsOf(next.value, textOf),
        mine: draft,
        takeTheirs: () => void begin(next),
        saveMine: () => mutation.mutate({ draft, etag: next.etag }),
        merge: () => setOther(next),
      });
    },
  });
  return {
    isNew: false,
    base,
    theirs: other && theirsOf(other.value, textOf),
    save: (draft) => mutation.mutate({ draft, etag: (other ?? base).etag }),
    isSaving: mutation.isPending,
    error: isEditConflict(mutation.error) ? null : mutation.error,
    undo: () => void begin(other ?? base),
  };
}

function theirsOf<Value extends Saved, Draft>(
  saved: Value,
  textOf: (thing: Draft | Value) => string,
): Theirs<Draft> {
  return { savedBy: saved.updatedBy, savedAt: saved.updatedAt, text: textOf(saved), textOf };
}
