import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import CodeMirror from '@uiw/react-codemirror';
import { useMemo } from 'react';
import { codeLook } from './highlight.ts';

/** The editor itself; loaded when it is first needed. */
export function CodeArea({
  value,
  onChange,
  interpreter,
  label,
  readOnly,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly interpreter: Interpreter;
  readonly label: string;
  readonly readOnly: boolean;
}) {
  const extensions = useMemo(
    () => [
      ...codeLook(interpreter),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      ...(readOnly ? [EditorState.readOnly.of(true)] : []),
    ],
    [interpreter, label, readOnly],
  );
  return (
    <CodeMirror
      value={value}
      onChange={onChange}
      extensions={extensions}
      theme="none"
      height="100%"
      // Tab leaves the editor as it leaves any field; Ctrl+] indents.
      indentWithTab={false}
      basicSetup={{ autocompletion: false, tabSize: 4 }}
    />
  );
}
