/** Tags by name. */
export type Tags = Readonly<Record<string, string>>;

/** Tags as people write them in a selector. */
export function tagsText(tags: Tags, between = ' '): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(between);
}

/** Tags by name, or what is wrong with the text. */
export function parseTags(text: string): Tags | string {
  const tags: Record<string, string> = {};
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue;
    const [, name, value] = /^([A-Za-z][A-Za-z0-9_.-]{0,63})\s*=\s*(.{0,200})$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      return `“${line}” must be name=value; a name is a letter, then letters, digits, “_”, “.” or “-”`;
    }
    if (Object.hasOwn(tags, name)) return `“${name}” is there twice`;
    tags[name] = value;
  }
  return tags;
}
