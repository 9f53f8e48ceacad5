/** Where the console opens a one-time link. What stands behind the `#` never reaches a server, nor its log. */
export function linkPath(token: string): string {
  return `/welcome#${token}`;
}
