import { randomBytes, randomUUID } from 'node:crypto';
import type { Problem } from '@patchbay/contracts/problem';
import type { TaskDraft } from '@patchbay/contracts/task';
import type { OperatingSystem } from '@patchbay/domain/operating-system';
import { type Role, roles } from '@patchbay/domain/permission/role';
import { insertApiToken } from '@patchbay/server/db/api-tokens';
import { insertEndpoint } from '@patchbay/server/db/endpoints';
import { withTransaction } from '@patchbay/server/db/pool';
import { createSealer, newSecretKey } from '@patchbay/server/db/secrets';
import { insertSession } from '@patchbay/server/db/sessions';
import { hashToken, newToken } from '@patchbay/server/db/token-hash';
import { findUser, insertUser } from '@patchbay/server/db/users';
import { createEngine } from '@patchbay/server/engine/create-engine';
import type { ActivityToSend } from '@patchbay/server/engine/engine';
import type { App } from '@patchbay/server/http/app';
import type { HttpContext } from '@patchbay/server/http/context';
import { createApp } from '@patchbay/server/http/create-app';
import { createLiveEvents } from '@patchbay/server/http/live-events';
import { builtInDirectory, readBuiltInLibrary } from '@patchbay/server/library/read-built-in';
import { storeBuiltInLibrary } from '@patchbay/server/library/store-built-in';
import { useTestDatabase } from '@patchbay/testkit/database';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';

/** How a test calls the API; without `as` an administrator does. */
export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly as?: Role | 'nobody';
  /** How they show who they are; without it with an API token. */
  readonly by?: 'token' | 'cookie';
  /** The address that it comes from; without it nobody comes from another address each time. */
  readonly from?: string;
}

/** What the API answered; `problem` is the body of an error. */
export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** The API on a database of its own, called without a network. */
export interface HttpFixture {
  readonly context: HttpContext;
  readonly app: App;
  readonly tokens: Readonly<Record<Role, string>>;
  call<Body>(method: Method, url: string, call?: Call): Promise<Answered<Body>>;
  /** Calls and expects success; returns the body. */
  ok<Body>(method: Method, url: string, body?: unknown, headers?: Call['headers']): Promise<Body>;
  /** Adds endpoints that nobody has connected as and returns their ids. */
  endpoints(os: OperatingSystem, ...names: string[]): Promise<string[]>;
  /** A personal script and a task that runs it; returns the task's name. */
  task(over?: Partial<TaskDraft>): Promise<string>;
  /** Stores the built-in library, as a server does when it starts. */
  storeLibrary(): Promise<void>;
  /** Signs a user of this role in, past the password, and returns the Cookie header of the session. */
  signedIn(role: Role): Promise<string>;
  /** The first column of a query's rows. */
  column(sql: string, ...values: unknown[]): Promise<unknown[]>;
}

/** Gives the test file the API with an engine that no agent is connected to, unless `dispatch` plays them. `now` in epoch milliseconds. */
export function useHttp(
  now: () => number = Date.now,
  dispatch: (orders: readonly ActivityToSend[]) => void = () => undefined,
): HttpFixture {
  const database = useTestDatabase();
  const tokens = {} as Record<Role, string>;
  let context: HttpContext;
  let app: App;
  let strangers = 0;

  beforeAll(async () => {
    const { pool } = database;
    const log = pino({ level: 'error' });
    const engine = createEngine({ pool, log, node: randomUUID(), now, dispatch });
    await engine.start();
    const agents = { requestScan: () => false, revoke: () => undefined };
    const liveEvents = createLiveEvents(pool, log);
    const sealer = createSealer(newSecretKey());
    context = { pool, engine, agents, sealer, liveEvents, now, log };
    app = await createApp(context);
    await app.ready();
    await withTransaction(pool, async (tx) => {
      for (const role of roles) {
        const token = newToken('patchbay_api');
        const made = { createdBy: 'test', createdAt: new Date(), expiresAt: null };
        await insertApiToken(tx, { name: `${role} of the test`, role, token, ...made });
        tokens[role] = token;
      }
    });
  });
  afterAll(async () => {
    await app.close();
    await context.liveEvents.stop();
    await context.engine.stop();
  });

  const fixture: HttpFixture = {
    get context() {
      return context;
    },
    get app() {
      return app;
    },
    tokens,
    async call(method, url, { body, headers = {}, as = 'administrator', by = 'token', from } = {}) {
      const identity: Record<string, string> =
        as === 'nobody'
          ? {}
          : by === 'token'
            ? { authorization: `Bearer ${tokens[as]}` }
            : { cookie: await fixture.signedIn(as), 'sec-fetch-site': 'same-origin' };
      if (as === 'nobody') strangers += 1;
      const stranger = `198.51.${strangers >> 8}.${strangers & 255}`;
      const answer = await app.inject({
        method,
        remoteAddress: from ?? (as === 'nobody' ? stranger : '127.0.0.1'),
        url: url.startsWith('/') ? url : `/api/v1/${url}`,
        headers: { ...identity, ...headers },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      const isJson = String(answer.headers['content-type']).includes('json');
      const parsed = isJson && answer.body !== '' ? answer.json() : null;
      const { statusCode: status, body: text } = answer;
      return { status, body: parsed, problem: parsed, headers: answer.headers, text };
    },
    async ok<Body>(method: Method, url: string, body?: unknown, headers?: Call['headers']) {
      const call = { ...(body === undefined ? {} : { body }), ...(headers ? { headers } : {}) };
      const answer = await fixture.call<Body>(method, url, call);
      if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
      return answer.body;
    },
    async endpoints(os, ...names) {
      const ids: string[] = [];
      await withTransaction(context.pool, async (tx) => {
        for (const name of names) {
          const id = randomUUID();
          ids.push(id);
          await insertEndpoint(tx, {
            id,
            name,
            publicKey: randomBytes(32).toString('base64'),
            tags: {},
            inventory: {
              hostname: name,
              os,
              osName: 'Test OS',
              osVersion: '1',
              kernel: '1',
              architecture: 'x64',
              addresses: [],
              uptimeSeconds: 1,
              bootId: 'boot-1',
              timeZone: 'UTC',
              agentVersion: '1',
              disks: [],
              users: [],
              extra: {},
            },
            policy: { scan: true, run: true, install: true, reboot: true },
          });
        }
      });
      return ids;
    },
    async task(over = {}) {
      const name = over.name ?? `Task ${randomUUID().slice(0, 8)}`;
      const os = over.os ?? 'linux';
      if (over.script === undefined) {
        const interpreter = os === 'windows' ? 'powershell' : 'sh';
        await fixture.ok('POST', 'scripts', { name, os: [os], interpreter, content: 'exit 0' });
      }
      await fixture.ok('POST', 'tasks', { os, script: name, ...over, name });
      return name;
    },
    async storeLibrary() {
      const library = await readBuiltInLibrary(builtInDirectory);
      const { pool, sealer, log } = context;
      const saved = { by: 'Patchbay', at: new Date() };
      await withTransaction(pool, (tx) => storeBuiltInLibrary({ tx, sealer, saved, log }, library));
    },
    async signedIn(role) {
      const token = newToken('patchbay_session');
      const [at, name] = [new Date(), `${role}.of.the.test`];
      await withTransaction(context.pool, async (tx) => {
        const known = await findUser(tx, name);
        // Not a hash: nobody signs in as this user with a password.
        const draft = { name, displayName: role, role, passwordHash: 'none' };
        const user = known?.id ?? (await insertUser(tx, draft, { by: 'test', at }));
        const hash = hashToken(token);
        await insertSession(tx, { hash, user, at, address: '127.0.0.1', userAgent: 'test' });
      });
      return `patchbay_session=${token}`;
    },
    async column(sql, ...values) {
      const { rows } = await context.pool.query<Record<string, unknown>>(sql, values);
      return rows.map((row) => Object.values(row)[0]);
    },
  };
  return fixture;
}
