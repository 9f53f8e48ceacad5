import { Document, visit } from 'yaml';

/** Values as YAML that is read again as exactly the same, always in the same form. */
export function exactYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && !isSafeUnquoted(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER });
}

/** Blanks at the beginning or at the ends of lines, and odd ones anywhere, would be lost on some ways. */
function isSafeUnquoted(text: string): boolean {
  return !/^\s|[^\S\n ]| (?:\n|$)/.test(text);
}
