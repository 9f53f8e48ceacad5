/** Whether an error carries one of these codes of the operating system, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** An error in words for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
