import { useDeferredValue } from 'react';
import { DiffView } from '../ui/code/diff-view.tsx';
import { Section } from '../ui/section.tsx';
import { When } from '../ui/time.tsx';
import type { Theirs } from './saving.ts';

/** What somebody else has saved meanwhile beside the form as it is now, while the two are brought together by hand. */
export function MergePanel<Draft>({
  theirs,
  mine,
}: {
  /** Null: nobody has, and nothing is shown. */
  readonly theirs: Theirs<Draft> | null;
  readonly mine: Draft;
}) {
  // Typing goes before comparing.
  const after = useDeferredValue(theirs?.textOf(mine) ?? '');
  if (theirs === null) return null;
  const { savedBy, savedAt, text } = theirs;
  return (
    <Section title="Bring both together">
      <p className="merge-words quiet">
        {savedBy} saved the left one <When at={savedAt} />. Take over in the form below what you want of it;
        the right one follows the form. Saving then replaces the left one.
      </p>
      <DiffView before={text} after={after} labels={[`Saved by ${savedBy}`, 'Yours, not saved']} />
    </Section>
  );
}
