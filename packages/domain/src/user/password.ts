/** How long a password may be, in characters (S-01). Nothing is demanded of what it is made of. */
export const passwordLength = { minimum: 12, maximum: 200 } as const;

/** What is wrong with a new password of the user with this name; null when it can be taken (S-01). */
export function passwordProblem(password: string, userName: string): string | null {
  const { minimum, maximum } = passwordLength;
  const length = Array.from(password).length;
  if (length < minimum) return `must have at least ${minimum} characters`;
  if (length > maximum) return `must not have more than ${maximum} characters`;
  return password.toLowerCase() === userName.toLowerCase() ? 'must not be the name' : null;
}
