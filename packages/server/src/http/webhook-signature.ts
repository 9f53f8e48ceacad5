import { createHmac, timingSafeEqual } from 'node:crypto';

/** What the secrets of webhook senders are sealed for. */
export const webhookSecretPurpose = 'webhook sender';

/** The headers of a signed webhook, as Standard Webhooks names them. */
export interface SignatureHeaders {
  /** Names the delivery; a repetition has the same one. */
  readonly id: string;
  /** When it was signed, in seconds since 1970. */
  readonly timestamp: string;
  /** One or several signatures with blanks between them, each `v1,` and an HMAC-SHA256 in base64. */
  readonly signature: string;
}

const idForm = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
const timestampForm = /^\d{1,12}$/;
const mostSignatures = 10;

/** The headers that sign a webhook; null when one is missing or of another form. */
export function signatureHeaders(headers: Readonly<Record<string, unknown>>): SignatureHeaders | null {
  const [id, timestamp, signature] = ['id', 'timestamp', 'signature'].map(
    (part) => headers[`webhook-${part}`],
  );
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string') return null;
  // A full stop in the id could be moved to the timestamp without the signature telling it.
  return idForm.test(id) && timestampForm.test(timestamp) ? { id, timestamp, signature } : null;
}

/** Whether one of the signatures was made of this body with this secret; compared in constant time (P-09). */
export function isSignedWith(secret: string, headers: SignatureHeaders, body: Buffer): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const right = createHmac('sha256', key).update(`${headers.id}.${headers.timestamp}.`).update(body).digest();
  return headers.signature
    .split(' ', mostSignatures)
    .flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []))
    .some((given) => given.length === right.length && timingSafeEqual(given, right));
}
