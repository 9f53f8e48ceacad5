import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Api, openApi } from '@patchbay/cli/api';
import { newToken } from '@patchbay/server/db/token-hash';
import { type RunningServer, startServer } from '@patchbay/server/server';
import { type TestDatabase, useTestDatabase } from '@patchbay/testkit/database';
import { pino } from 'pino';
import { afterAll, beforeAll, expect } from 'vitest';
import type { z } from 'zod';
import { Child, type ChildOptions, runToEnd } from './child.ts';
import { patchbay } from './server-process.ts';

type Environment = NonNullable<ChildOptions['env']>;
type Ended = Awaited<ReturnType<typeof runToEnd>>;

/** Set when this machine has no program that gives a command a terminal. */
export const noTerminal = spawnSync('script', ['--version']).status === 0 ? '' : ': no program script';

/** A server of the test file's own, and `patchbay` as a user of it. */
export interface CommandLine {
  readonly server: RunningServer;
  readonly api: Api;
  /** Of the administrator that the commands run as. */
  readonly token: string;
  readonly database: TestDatabase;
  /** For files; removed at the end. */
  readonly folder: string;
  readonly environment: (env?: Environment) => Environment;
  /** Runs `patchbay` and answers what it printed. */
  readonly cli: (args: readonly string[], options?: ChildOptions) => Promise<Ended>;
  /** Runs it, expects exit code 0 and nothing on standard error, and answers standard output. */
  readonly done: (...args: string[]) => Promise<string>;
  /** Runs it with `--json` and checks its answer with the contract's schema. */
  readonly json: <Schema extends z.ZodType>(schema: Schema, ...args: string[]) => Promise<z.output<Schema>>;
  /** Runs it, expects this exit code and words on standard error only, without a stack, and answers them. */
  readonly refused: (code: number, args: readonly string[], options?: ChildOptions) => Promise<string>;
  /** Runs it on a terminal of its own. */
  readonly inTerminal: (args: readonly string[], env?: Environment) => Child;
  /** Writes a file and answers its path. */
  readonly file: (name: string, content: string | Uint8Array | object) => string;
}

/** Gives a test file a server and the command line. */
export function useCommandLine(): CommandLine {
  const database = useTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-cli-'));
  let server: RunningServer;

  beforeAll(async () => {
    const config = {
      dataDir: folder,
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.connectionString,
      adminToken: newToken('patchbay_api'),
      secretKeyFile: null,
      tls: null,
      trustedProxies: [],
    };
    server = await startServer({ config, log: pino({ level: 'fatal' }) });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const line: CommandLine = {
    get server() {
      return server;
    },
    get api() {
      return openApi({ url: server.url, token: line.token });
    },
    get token() {
      return String(server.firstToken);
    },
    database,
    folder,
    environment: (env = {}) => ({
      PATCHBAY_URL: server.url,
      PATCHBAY_TOKEN: line.token,
      PATCHBAY_DATA_DIR: join(folder, 'none'),
      XDG_CONFIG_HOME: folder,
      ...env,
    }),
    cli: (args, { env, ...options } = {}) =>
      runToEnd([...patchbay, ...args], { ...options, env: line.environment(env) }),
    async done(...args) {
      const { code, stdout, stderr } = await line.cli(args);
      expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
      return stdout;
    },
    json: async (schema, ...args) => schema.parse(JSON.parse(await line.done(...args, '--json'))),
    async refused(code, args, options) {
      const ended = await line.cli(args, options);
      expect({ args, ...ended }).toMatchObject({ args, code, stdout: '' });
      expect(ended.stderr).not.toMatch(/^\s+at .+:\d+/m);
      expect(ended.stderr).not.toBe('');
      return ended.stderr;
    },
    inTerminal(args, env) {
      const command = [...patchbay, ...args].map((part) => `'${part}'`).join(' ');
      return new Child(['script', '-qec', `stty cols 100 rows 30; exec ${command}`, '/dev/null'], {
        input: null,
        env: { ...line.environment(env), NO_COLOR: undefined, FORCE_COLOR: undefined, TERM: 'xterm' },
      });
    },
    file(name, content) {
      const path = join(folder, name);
      const isRaw = typeof content === 'string' || content instanceof Uint8Array;
      writeFileSync(path, isRaw ? content : JSON.stringify(content));
      return path;
    },
  };
  return line;
}

/** A file of a script that greets whom it is told to, and says so in a fact. */
export const hello = `kind: Script
name: Say hello
description: Greets.
os: [linux]
interpreter: sh
content: |
  echo "hello $PATCHBAY_WHOM"
  printf 'greeted=%s\\n' "$PATCHBAY_WHOM" >> "$PATCHBAY_FACTS"
parameters:
  - name: whom
    type: string
    default: world
`;

/** A file of a task that runs the script of the same name, or another. */
export function taskFile(name: string, script = name): string {
  return `kind: Task\nname: ${name}\nos: linux\nscript: ${script}\n`;
}

/** A file of a script with this content. */
export function scriptFile(name: string, content: string): string {
  return JSON.stringify({ kind: 'Script', name, os: ['linux'], interpreter: 'sh', content });
}
