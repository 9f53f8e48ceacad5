/** How an error of one kind is answered: HTTP status, title, and what to do next (S-07). */
export interface ErrorKind {
  readonly status: number;
  readonly title: string;
  readonly advice: string;
}

function kind(status: number, title: string, advice: string): ErrorKind {
  return { status, title, advice };
}

/** The one catalogue of errors; the code is stable and is what programs compare. */
export const errorCatalogue = {
  INVALID_INPUT: kind(400, 'The input is not valid', 'Correct the fields that are listed and send it again.'),
  MALFORMED_BODY: kind(
    400,
    'The body cannot be read',
    'Send well-formed JSON in UTF-8 with the content type application/json.',
  ),
  NOT_AUTHENTICATED: kind(
    401,
    'Not signed in',
    'Sign in, or send a valid API token as "Authorization: Bearer …".',
  ),
  SIGN_IN_REFUSED: kind(
    401,
    'The sign-in was refused',
    'Check the name and the password; an administrator can make a link that sets a new password.',
  ),
  SIGNATURE_REFUSED: kind(
    401,
    'The signature was refused',
    'Sign the very bytes that are sent with the secret of the sender, and check the clock; the user guide has an example.',
  ),
  NOT_ALLOWED: kind(403, 'Not allowed', 'Ask an administrator for a role that includes this.'),
  CROSS_SITE: kind(
    403,
    'The request came from another site',
    "Do this in the console at the server's own address.",
  ),
  LINK_NOT_VALID: kind(
    403,
    'The link is not valid',
    'Ask an administrator for a new one; for the first administrator, start the server again.',
  ),
  ENROLMENT_REFUSED: kind(403, 'The enrolment was refused', 'Create a new enrolment token and enrol again.'),
  NOT_FOUND: kind(404, 'Not found', 'Check the name or id; list what exists.'),
  METHOD_NOT_ALLOWED: kind(
    405,
    'This address does not answer that method',
    'See the API documentation at /api/docs.',
  ),
  NAME_TAKEN: kind(409, 'The name is taken', 'Choose another name.'),
  IN_USE: kind(409, 'It is in use', 'Remove the uses that are listed first.'),
  BUILT_IN: kind(409, 'Built-in things cannot be changed', 'Duplicate it and change the copy.'),
  LAST_ADMINISTRATOR: kind(
    409,
    'Somebody must be able to administer',
    'Make another user an administrator first.',
  ),
  NOT_POSSIBLE_NOW: kind(
    409,
    'Not possible in the present state',
    'Look at the present state and try what it allows.',
  ),
  IDEMPOTENCY_CONFLICT: kind(
    409,
    'The idempotency key was used for something else',
    'Use a new key for a new request.',
  ),
  EDIT_CONFLICT: kind(
    412,
    'Somebody else has changed it meanwhile',
    'Read it again, apply your change and send it with the new ETag.',
  ),
  TOO_LARGE: kind(413, 'Too large', 'Send less; the limits are in the API documentation.'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, 'The content type is not supported', 'Send application/json.'),
  TOO_MANY_REQUESTS: kind(429, 'Too many requests', 'Wait for the time in the Retry-After header.'),
  MAIL_REFUSED: kind(
    502,
    'The mail could not be sent',
    'Check the settings of the mail server; the detail says what it answered.',
  ),
  INTERNAL: kind(
    500,
    'Something went wrong inside the server',
    'Try again; if it persists, look at the server log for the correlation id.',
  ),
  UNAVAILABLE: kind(503, 'The server is not ready', 'Wait until /readyz answers 200 and try again.'),
} as const satisfies Record<string, ErrorKind>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/** One field that is wrong; `path` names it as in the request, such as `steps.2.task`. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** An error that carries a code of the catalogue; every layer throws this for what a user can mend. */
export class PatchbayError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[];

  constructor(code: ErrorCode, detail: string, errors: readonly FieldError[] = []) {
    super(detail);
    this.name = 'PatchbayError';
    this.code = code;
    this.errors = errors;
  }
}
