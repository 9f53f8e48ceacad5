/** Reads `/etc/os-release`: assignments as in a shell, values quoted or not. */
export function parseOsRelease(content: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of content.split('\n')) {
    const [, name, raw = ''] = /^\s*([A-Z][A-Z0-9_]*)=(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined) continue;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    const value = quoted?.[2] ?? raw;
    fields.set(name, quoted?.[1] === "'" ? value : value.replaceAll(/\\(["$`\\])/g, '$1'));
  }
  return fields;
}
