import { randomUUID } from 'node:crypto';
import { type Page, page } from '@patchbay/contracts/page';
import { problem } from '@patchbay/contracts/problem';
import type { z } from 'zod';
import type { Credentials } from './credentials.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** Query parameters; what is undefined is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** One answer of the server with its version for a later edit. */
export interface Answer {
  readonly body: unknown;
  readonly etag: string | null;
  readonly headers: Headers;
}

/** A typed view of the server's HTTP API. Every refusal becomes a {@link CommandError}. */
export interface Api {
  readonly url: string;
  get<Schema extends z.ZodType>(path: string, schema: Schema, query?: Query): Promise<z.output<Schema>>;
  getWithTag<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<{ value: z.output<Schema>; etag: string }>;
  /** All items of a list, page by page. */
  list<Schema extends z.ZodType>(path: string, item: Schema, query?: Query): Promise<z.output<Schema>[]>;
  /** The raw text of an answer, such as output. */
  text(path: string, query?: Query): Promise<{ text: string; headers: Headers }>;
  send<Schema extends z.ZodType>(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    schema: Schema,
    etag?: string,
  ): Promise<z.output<Schema>>;
  remove(path: string, etag?: string): Promise<void>;
}

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
  const { code, detail, advice, errors, status, correlationId } = parsed.data;
  const lines = [
    `${code}: ${detail}`,
    ...errors.map((error) => `  ${error.path || '(whole)'}: ${error.message}`),
    advice,
  ];
  if (status >= 500) lines.push(`Correlation id: ${correlationId}`);
  const unavailable = status === 503;
  return new CommandError(
    unavailable ? exitCode.unreachable : status >= 500 ? exitCode.failed : exitCode.refused,
    lines.join('\n'),
  );
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
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new CommandError(exitCode.unreachable, `the server at ${url} cannot be reached: ${cause}`);
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
    async list(path, item, query) {
      const items: z.output<typeof item>[] = [];
      let cursor: string | undefined;
      do {
        const next = (await read(
          await call('GET', withQuery(path, { limit: 500, ...query, cursor })),
          page(item),
        )) as Page<z.output<typeof item>>;
        items.push(...next.items);
        cursor = next.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return items;
    },
    async text(path, query) {
      const response = await call('GET', withQuery(path, query));
      return { text: await response.text(), headers: response.headers };
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
