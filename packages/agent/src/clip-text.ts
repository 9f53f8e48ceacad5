/**
 * Text as the protocol takes it: at most `max` characters, no NUL, no broken pairs. What comes from the operating
 * system may be anything.
 */
export function clipText(value: string, max: number): string {
  const clean = value.replaceAll('\0', '\uFFFD').toWellFormed();
  // A pair that the limit cuts apart becomes a replacement character.
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`.toWellFormed();
}
