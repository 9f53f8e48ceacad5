/** What ends an agent's connection: whether coming back is of use, and the WebSocket's own close code. */
export interface GoodbyeKind {
  readonly retry: boolean;
  readonly closeCode: 1001 | 1008 | 1011;
  readonly meaning: string;
}

/** The codes of the message `goodbye`; they are stable, and an agent that does not know one goes by `retry`. */
export const goodbyes = {
  PROTOCOL_VERSION: {
    retry: true,
    closeCode: 1008,
    meaning: 'The server speaks another version of the agent protocol; one of the two has to be updated.',
  },
  SIGN_IN_TIMEOUT: { retry: true, closeCode: 1008, meaning: 'No valid sign-in came in time.' },
  NOT_SIGNED_IN: {
    retry: true,
    closeCode: 1008,
    meaning: 'Something else than `hello` came before the sign-in.',
  },
  SIGN_IN_REFUSED: {
    retry: false,
    closeCode: 1008,
    meaning: 'The endpoint is unknown, or the signature was not made with its key for this connection.',
  },
  REVOKED: { retry: false, closeCode: 1008, meaning: 'The endpoint was revoked.' },
  INVALID_MESSAGE: {
    retry: true,
    closeCode: 1008,
    meaning: 'A message that the protocol does not know; nothing of it was stored.',
  },
  REPLACED: { retry: true, closeCode: 1008, meaning: 'The same endpoint has connected once more.' },
  CONNECT_AGAIN: {
    retry: true,
    closeCode: 1001,
    meaning: 'The server does not count this connection any more; a new one mends that.',
  },
  SERVER_STOPS: { retry: true, closeCode: 1001, meaning: 'The server stops or restarts.' },
  INTERNAL: {
    retry: true,
    closeCode: 1011,
    meaning: 'The server could not handle a message; what it has not acknowledged has to be sent again.',
  },
} as const satisfies Record<string, GoodbyeKind>;

/** A code of the catalogue. */
export type GoodbyeCode = keyof typeof goodbyes;
