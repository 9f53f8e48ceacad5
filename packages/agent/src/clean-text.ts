/** Text from tools, files and errors as the server can store it: well-formed, no NUL, at most `max` characters. */
export function cleanText(value: string, max: number): string {
  const cut = value.length <= max ? value : `${value.slice(0, max - 1)}…`;
  return cut.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
