/**
 * The exact texts that are signed with Ed25519 (as UTF-8) in the agent protocol. Each begins with a word of its own,
 * so that a signature made for one purpose is never valid for another.
 */

/** Proves at enrolment that the agent holds the private key of `publicKey` (E-01). */
export function enrolText(token: string, publicKey: string, name: string): string {
  return ['patchbay-enrol', token, publicKey, name].join('\n');
}

/** The agent's answer to the server's challenge (S-04). */
export function signInText(serverNonce: string, agentNonce: string, endpoint: string): string {
  return ['patchbay-sign-in', serverNonce, agentNonce, endpoint].join('\n');
}

/** The server's answer to the agent's nonce: only the installation that the agent pinned can give it. */
export function welcomeText(agentNonce: string, endpoint: string, serverTime: number): string {
  return ['patchbay-welcome', agentNonce, endpoint, String(serverTime)].join('\n');
}

/** An order; `payload` is the JSON text exactly as it is sent (S-05). */
export function orderText(payload: string): string {
  return ['patchbay-order', payload].join('\n');
}
