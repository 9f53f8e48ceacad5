import { useDeferredValue } from 'react';
import { DiffView } from '../ui/code/diff-view.tsx';
import { Section } from '../ui/section.tsx';
import { When } from '../ui/time.tsx';

/** What somebody else has saved meanwhile beside the form as it is now, while the two are brought together by hand. */
export function MergePanel({
  savedBy,
  savedAt,
  theirs,
  mine,
}: {
  readonly savedBy: string;
  readonly savedAt: string;
  readonly theirs: string;
  readonly mine: string;
}) {
  // Typing goes before comparing.
  const after = useDeferredValue(mine);
  return (
    <Section title="Bring both together">
      <p className="merge-words quiet">
        {savedBy} saved the left one <When at={savedAt} />. Take over in the form below what you want of it;
        the right one follows the form. Saving then replaces the left one.
      </p>
      <DiffView before={theirs} after={after} labels={[`Saved by ${savedBy}`, 'Yours, not saved']} />
    </Section>
  );
}
