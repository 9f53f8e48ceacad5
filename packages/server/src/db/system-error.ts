/** Whether an error carries one of these codes (the operating system's, or PostgreSQL's SQLSTATE). */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** What an unknown thrown value says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether PostgreSQL refused a statement because of one of these constraints. */
export function brokenConstraint(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && 'constraint' in error && names.includes(String(error.constraint));
}
