import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { perl } from '@codemirror/legacy-modes/mode/perl';
import { powerShell } from '@codemirror/legacy-modes/mode/powershell';
import { python } from '@codemirror/legacy-modes/mode/python';
import { shell } from '@codemirror/legacy-modes/mode/shell';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Interpreter } from '@patchbay/domain/script/interpreter';
import { styleNonce } from '../../style-nonce.ts';

const languages: Readonly<Record<Interpreter, Extension>> = {
  sh: StreamLanguage.define(shell),
  bash: StreamLanguage.define(shell),
  powershell: StreamLanguage.define(powerShell),
  python3: StreamLanguage.define(python),
  perl: StreamLanguage.define(perl),
  cmd: [],
};

/** Colours of code, light and dark by the page's own variables. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.comment, tags.meta], color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--code-number)' },
  { tag: [tags.variableName, tags.definition(tags.variableName)], color: 'var(--code-name)' },
  { tag: [tags.standard(tags.variableName), tags.typeName], color: 'var(--code-builtin)' },
]);

const look = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'transparent', color: 'inherit', height: '100%' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'currentColor' },
  '&.cm-focused': { outline: 'none' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--code-selection)',
  },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'inherit' },
});

/** How code of an interpreter looks; the style elements carry the page's nonce (S-08). */
export function codeLook(interpreter: Interpreter | null): Extension[] {
  return [
    EditorView.cspNonce.of(styleNonce()),
    look,
    syntaxHighlighting(colours),
    ...(interpreter === null ? [] : [languages[interpreter]]),
  ];
}
