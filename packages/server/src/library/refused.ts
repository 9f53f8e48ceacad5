import { PatchbayError } from '@patchbay/contracts/errors';
import type { FieldProblem } from '@patchbay/domain/field-problem';
import type { Refusal } from '@patchbay/domain/library/refusal';

/** Throws INVALID_INPUT with all problems, when there are any. */
export function requireValid(what: string, problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw new PatchbayError('INVALID_INPUT', `The ${what} is not valid.`, problems);
}

/** Throws the refusal, when there is one. */
export function requireAllowed(refusal: Refusal | null): void {
  if (refusal !== null) throw new PatchbayError(refusal.code, refusal.detail);
}
