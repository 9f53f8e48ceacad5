import { passwordProblem } from '@patchbay/domain/user/password';
import { sentence } from './field-errors.ts';

/** What a form says of a new password; null when it can be taken (S-01). */
export function passwordRefusal(password: string, userName: string): string | null {
  const problem = passwordProblem(password, userName);
  return problem === null ? null : sentence(problem);
}
