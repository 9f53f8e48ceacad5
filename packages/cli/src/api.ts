import { randomUUID } from 'node:crypto';
import { type Page, page } from '@patchbay/contracts/page';
import { problem } from '@patchbay/contracts/problem';
import type { z } from 'zod';
import type { Credentials } from './credentials.ts';
import { CommandError, exitCode, Refusal } from './exit-code.ts';

/** Query parameters; what is undefined is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** A typed view of the server's HTTP API. Every refusal becomes a {@link CommandError}. */
export interface Api {
  readonly url: string;
  get<Schema extends z.ZodType>(path: string, schema: Schema, query?: Query): Promise<z.output<Schema>>;
  getWithTag<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<{ value: z.output<Schema>; etag: string }>;
  /** The items of a list, page by page; without `most` all of them. */
  list<Schema extends z.ZodType>(
    path: string,
    item: Schema,
    query?: Query,
    most?: number,
  ): Promise<z.output<Schema>[]>;
  /** An answer as it is, such as output. */
  bytes(path: string, query?: Query): Promise<{ bytes: Uint8Array; headers: Headers }>;
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    schema: Schema,
    etag?: string,
  ): Promise<z.output<Schema>>;
  remove(path: string, etag?: string): Promise<void>;
}

/** What the server answers at most at once. */
const pageItems = 500;

function withQuery(path: string, query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) given.set(key, String(value));
  return given.size === 0 ? path : `${path}?${given.toString()}`;
}

/** The refusal in words: what is wrong, each field, what to do next. */
async function refusal(response: Response): Promise<CommandError> {
  const parsed = problem.safeParse(await response.json().catch(() => null));
  if (!parsed.success) {
    return new CommandError(
      exitCode.failed,
      `the server answered ${response.status} in a way that is not understood`,
    );
  }
  const { status, correlationId } = parsed.data;
  if (status < 500) return new Refusal(exitCode.refused, parsed.data);
  const advice = `${parsed.data.advice}\nCorrelation id: ${correlationId}`;
  return new Refusal(status === 503 ? exitCode.unreachable : exitCode.failed, { ...parsed.data, advice });
}

/** What is behind a failure of `fetch`; for an address with several numbers the message of the error is empty. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  return cause.message || code || cause.name;
}

/** Opens the API with these credentials; nothing is asked of the server yet. */
export function openApi({ url, token }: Credentials): Api {
  const base = `${url.replace(/\/+$/, '')}/api/v1`;

  const call = async (method: string, path: string, body?: unknown, etag?: string): Promise<Response> => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (etag !== undefined) headers['if-match'] = etag;
    if (method === 'POST') headers['idempotency-key'] = randomUUID();
    let response: Response;
    try {
      response = await fetch(`${base}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CommandError(
        exitCode.unreachable,
        `the server at ${url} cannot be reached: ${causeOf(error)}`,
      );
    }
    if (!response.ok) throw await refusal(response);
    return response;
  };

  const read = async <Schema extends z.ZodType>(
    response: Response,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (parsed.success) return parsed.data;
    throw new CommandError(
      exitCode.failed,
      `the server's answer is not understood (${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}); are the server and this CLI of the same version?`,
    );
  };

  return {
    url,
    get: async (path, schema, query) => read(await call('GET', withQuery(path, query)), schema),
    async getWithTag(path, schema) {
      const response = await call('GET', path);
      return { value: await read(response, schema), etag: response.headers.get('etag') ?? '*' };
    },
    async list(path, item, query, most = Number.POSITIVE_INFINITY) {
      const items: z.output<typeof item>[] = [];
      let cursor: string | undefined;
      do {
        const limit = Math.min(pageItems, most - items.length);
        const next = (await read(
          await call('GET', withQuery(path, { ...query, limit, cursor })),
          page(item),
        )) as Page<z.output<typeof item>>;
        items.push(...next.items);
        cursor = next.nextCursor ?? undefined;
      } while (cursor !== undefined && items.length < most);
      return items;
    },
    async bytes(path, query) {
      const response = await call('GET', withQuery(path, query));
      return { bytes: await response.bytes(), headers: response.headers };
    },
    send: async (method, path, body, schema, etag) => read(await call(method, path, body, etag), schema),
    async remove(path, etag) {
      await call('DELETE', path, undefined, etag);
    },
  };
}

/** A name or id as a part of an address. */
export function part(reference: string | number): string {
  return encodeURIComponent(String(reference));
}
