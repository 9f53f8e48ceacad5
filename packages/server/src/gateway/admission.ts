import type { Duplex } from 'node:stream';
import { limits } from '@patchbay/contracts/limits';

/** Agents that may be signing in at once; the others are told to come again. */
const maxSigningIn = 2_000;

/** Bounds what peers that have not signed in yet can cost (S-07). */
export interface Admission {
  /**
   * Lets one more peer try: it may send no more than a sign-in needs until the function that is returned is called.
   * Null when too many are trying already.
   */
  admit(socket: Duplex): (() => void) | null;
}

/** Counts the peers of one server node that are signing in. */
export function createAdmission(): Admission {
  let signingIn = 0;
  return {
    admit(socket) {
      if (signingIn >= maxSigningIn) return null;
      signingIn += 1;
      let received = 0;
      const count = (chunk: Buffer): void => {
        received += chunk.length;
        if (received > limits.signInBytes) socket.destroy();
      };
      let trying = true;
      const leave = (): void => {
        if (trying) signingIn -= 1;
        trying = false;
        socket.off('data', count).off('close', leave);
      };
      socket.on('data', count).on('close', leave);
      return leave;
    },
  };
}
