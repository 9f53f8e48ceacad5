import { PatchbayError } from '@patchbay/contracts/errors';
import { passwordProblem } from '@patchbay/domain/user/password';

/** Refuses a new password that the rule does not allow for this user (S-01); `path` names its field. */
export function requireGoodPassword(password: string, userName: string, path: string): void {
  const message = passwordProblem(password, userName);
  if (message === null) return;
  throw new PatchbayError('INVALID_INPUT', 'The password cannot be taken.', [{ path, message }]);
}
