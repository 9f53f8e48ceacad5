import { Skeleton } from '@mantine/core';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import { lazy, Suspense } from 'react';
import './code.css';

const DiffArea = lazy(async () => ({ default: (await import('./diff-area.tsx')).DiffArea }));

/** What differs between two texts, side by side (L-05). */
export function DiffView({
  before,
  after,
  interpreter = null,
  labels,
}: {
  readonly before: string;
  readonly after: string;
  readonly interpreter?: Interpreter | null;
  readonly labels: readonly [before: string, after: string];
}) {
  return (
    <div className="diff">
      <div className="diff-labels">
        <span>{labels[0]}</span>
        <span>{labels[1]}</span>
      </div>
      {before === after && <p className="diff-same quiet">The two are the same.</p>}
      <div className="code-field diff-field">
        <Suspense fallback={<Skeleton height={240} radius={0} />}>
          <DiffArea before={before} after={after} interpreter={interpreter} labels={labels} />
        </Suspense>
      </div>
    </div>
  );
}
