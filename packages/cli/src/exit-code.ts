import type { FieldError } from '@patchbay/contracts/errors';

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

/** The server has refused a request, or has failed at it. */
export class Refusal extends CommandError {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly advice: string;

  constructor(
    exit: number,
    about: Pick<Refusal, 'code' | 'detail' | 'errors' | 'advice'>,
    nameField: (path: string) => string = (path) => path || '(whole)',
  ) {
    const fields = about.errors.map(({ path, message }) => `  ${nameField(path)}: ${message}`);
    super(exit, [`${about.code}: ${about.detail}`, ...fields, about.advice].join('\n'));
    this.name = 'Refusal';
    this.code = about.code;
    this.detail = about.detail;
    this.errors = about.errors;
    this.advice = about.advice;
  }
}
