import type { Role } from '../permission/role.ts';

/** What decides whether somebody can administer the installation. */
export interface UserStanding {
  readonly role: Role;
  readonly disabled: boolean;
}

function administers({ role, disabled }: UserStanding): boolean {
  return role === 'administrator' && !disabled;
}

/** Whether a change would leave the installation without an administrator who can sign in (S-02). */
export function removesLastAdministrator(
  before: UserStanding,
  after: UserStanding,
  otherAdministrators: number,
): boolean {
  return administers(before) && !administers(after) && otherAdministrators === 0;
}
