import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { getTagged, send, type Tagged } from '../api/client.ts';
import { notifyDone, notifyProblem } from '../ui/notify.ts';
import { isEditConflict, openEditConflict } from './edit-conflict.tsx';

interface Saved {
  readonly name: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** Editing a thing that others may change meanwhile. */
export interface TaggedEdit<Value, Draft> {
  /** What the form was filled from; it goes on from there although the thing may be read again meanwhile. */
  readonly base: Tagged<Value>;
  /** What somebody else has saved meanwhile, while both are brought together. */
  readonly theirs: Tagged<Value> | null;
  readonly save: (draft: Draft) => void;
  readonly isSaving: boolean;
  /** Why it was not saved; an edit conflict has a dialog of its own. */
  readonly error: unknown;
}

/** Saves with the version that the form was filled from; shows both versions when somebody else was quicker (412). */
export function useTaggedEdit<Value extends Saved, Draft>({
  loaded,
  noun,
  path,
  requestOf,
  textOf,
}: {
  readonly loaded: Tagged<Value>;
  readonly noun: string;
  readonly path: string;
  readonly requestOf: (draft: Draft) => unknown;
  /** A draft, or what is saved, as text to be compared. */
  readonly textOf: (thing: Draft | Value) => string;
}): TaggedEdit<Value, Draft> {
  const [base, setBase] = useState(loaded);
  const [theirs, setTheirs] = useState<Tagged<Value> | null>(null);
  const queryClient = useQueryClient();
  const begin = async (next: Tagged<Value>): Promise<void> => {
    setBase(next);
    setTheirs(null);
    await queryClient.invalidateQueries({ queryKey: [noun] });
  };
  const save = useMutation({
    mutationFn: async ({ draft, etag }: { draft: Draft; etag: string }) => {
      await send('PUT', path, requestOf(draft), etag);
      return getTagged<Value>(path);
    },
    onSuccess: async (next) => {
      await begin(next);
      notifyDone(`“${next.value.name}” is saved.`);
    },
    onError: async (error, { draft }) => {
      if (!isEditConflict(error)) return;
      const other = await getTagged<Value>(path).catch(notifyProblem);
      if (other === undefined) return;
      openEditConflict({
        name: base.value.name,
        savedBy: other.value.updatedBy,
        savedAt: other.value.updatedAt,
        theirs: textOf(other.value),
        mine: textOf(draft),
        takeTheirs: () => void begin(other),
        saveMine: () => save.mutate({ draft, etag: other.etag }),
        merge: () => setTheirs(other),
      });
    },
  });
  return {
    base,
    theirs,
    save: (draft) => save.mutate({ draft, etag: (theirs ?? base).etag }),
    isSaving: save.isPending,
    error: save.isError && !isEditConflict(save.error) ? save.error : null,
  };
}
