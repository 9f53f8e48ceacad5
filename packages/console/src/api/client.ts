import { problemOf, unreachable } from './api-problem.ts';

/** Query parameters; what is undefined or empty is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** A thing with the version that an edit of it must name (ETag). */
export interface Tagged<Value> {
  readonly value: Value;
  readonly etag: string;
}

const base = '/api/v1';

/** An address of the API with its query. */
export function apiAddress(path: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') given.set(key, String(value));
  }
  return given.size === 0 ? `${base}${path}` : `${base}${path}?${given.toString()}`;
}

/** Asks the API; every refusal is thrown as an ApiProblem. */
export async function call(
  method: string,
  address: string,
  options: { readonly body?: unknown; readonly etag?: string; readonly signal?: AbortSignal } = {},
): Promise<Response> {
  const { body, etag, signal } = options;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (etag !== undefined) headers['if-match'] = etag;
  if (method === 'POST') headers['idempotency-key'] = newKey();
  let response: Response;
  try {
    response = await fetch(address, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Reads one thing or list. */
export async function get<Value>(path: string, query?: Query, signal?: AbortSignal): Promise<Value> {
  const response = await call('GET', apiAddress(path, query), signal === undefined ? {} : { signal });
  return (await response.json()) as Value;
}

/** Reads one thing with its version. */
export async function getTagged<Value>(path: string, signal?: AbortSignal): Promise<Tagged<Value>> {
  const response = await call('GET', apiAddress(path), signal === undefined ? {} : { signal });
  return { value: (await response.json()) as Value, etag: response.headers.get('etag') ?? '*' };
}

/** Changes something and reads the answer, if there is one. */
export async function send<Value>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  etag?: string,
): Promise<Value> {
  const response = await call(method, apiAddress(path), { body, ...(etag === undefined ? {} : { etag }) });
  const text = await response.text();
  return (text === '' ? null : JSON.parse(text)) as Value;
}

/** A name or id as a part of an address. */
export function part(reference: string | number): string {
  return encodeURIComponent(String(reference));
}

/** Plain HTTP has no crypto.randomUUID. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}
