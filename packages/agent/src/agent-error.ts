/** Why a command of the agent did not work: the user's usage, a refusal, or a server out of reach. */
export type AgentErrorKind = 'usage' | 'refused' | 'unreachable' | 'failed';

/** Something that a person can mend; the message says what to do. */
export class AgentError extends Error {
  readonly kind: AgentErrorKind;
  /** The server's code from the catalogue of errors, when the server refused. */
  readonly code: string | null;

  constructor(kind: AgentErrorKind, message: string, code: string | null = null) {
    super(message);
    this.name = 'AgentError';
    this.kind = kind;
    this.code = code;
  }
}
