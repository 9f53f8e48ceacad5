/**
 * The database cannot be used until the operator changes something. The message is a complete sentence
 * for the operator's terminal; a stack trace adds nothing to it.
 */
export class DatabaseSetupError extends Error {
  override readonly name = 'DatabaseSetupError';
}
