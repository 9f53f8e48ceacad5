/** The exit codes of every command; programs rely on them. */
export const exitCode = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4 } as const;

/** Ends a command with an exit code other than 0 and words for stderr. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = code;
  }
}
