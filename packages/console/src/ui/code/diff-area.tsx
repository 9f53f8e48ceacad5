import { MergeView } from '@codemirror/merge';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import { useEffect, useRef } from 'react';
import { codeLook } from './highlight.ts';

/** Two texts side by side; loaded when it is first needed. */
export function DiffArea({
  before,
  after,
  interpreter,
  labels,
}: {
  readonly before: string;
  readonly after: string;
  readonly interpreter: Interpreter | null;
  readonly labels: readonly [before: string, after: string];
}) {
  const place = useRef<HTMLDivElement>(null);
  const [beforeLabel, afterLabel] = labels;
  useEffect(() => {
    if (place.current === null) return;
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        ...codeLook(interpreter),
        lineNumbers(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      ],
    });
    const view = new MergeView({
      parent: place.current,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      collapseUnchanged: { margin: 4, minSize: 8 },
      gutter: true,
    });
    return () => view.destroy();
  }, [before, after, interpreter, beforeLabel, afterLabel]);
  return <div ref={place} />;
}
