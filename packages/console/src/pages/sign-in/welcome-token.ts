/**
 * The one-time token of the welcome link, read from the part behind `#` (which no server log ever sees) or from the
 * query, and taken out of the address so that it stays in no history. null: there is none.
 */
export function takeWelcomeToken(): string | null {
  const { hash, search, pathname } = window.location;
  const behindHash = hash.replace(/^#(?:token=)?/, '');
  const token = behindHash === '' ? new URLSearchParams(search).get('token') : behindHash;
  if (token !== null) window.history.replaceState(window.history.state, '', pathname);
  return token;
}
