import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Api, openApi } from '@patchbay/cli/api';
import { waitFor } from '@patchbay/testkit/wait-for';
import { Child } from './child.ts';

/** The CLI's program, run under this process's Node. */
export const patchbay = [process.execPath, join(import.meta.dirname, '../../packages/cli/src/main.ts')];

/** An API token that `PATCHBAY_ADMIN_TOKEN` may set. */
export const adminToken = 'administrator-of-the-end-to-end-tests';

const readyMs = 60_000;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** `patchbay server` in a process of its own, with the embedded PostgreSQL of its data directory. */
export class ServerProcess {
  readonly url: string;
  readonly api: Api;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #child: Child;

  constructor(dataDirectory: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.api = openApi({ url: this.url, token: adminToken });
    this.#env = {
      PATCHBAY_DATA_DIR: dataDirectory,
      PATCHBAY_HOST: '127.0.0.1',
      PATCHBAY_PORT: String(port),
      PATCHBAY_ADMIN_TOKEN: adminToken,
      DATABASE_URL: undefined,
    };
    this.#child = this.#spawn();
  }

  /** Its log since it was started last. */
  get log(): string {
    return this.#child.output;
  }

  #spawn(): Child {
    return new Child([...patchbay, 'server'], { env: this.#env });
  }

  /** Waits until it takes requests. */
  async ready(): Promise<void> {
    await waitFor(
      async () => {
        if (this.#child.ended !== null) throw new Error(`the server has ended:\n${this.log}`);
        return (await fetch(`${this.url}/readyz`)).ok;
      },
      { timeoutMs: readyMs, what: 'the server to be ready' },
    );
  }

  /** `kill -9`, and the next one is started at once. Throws when it had ended by itself. */
  async killAndRestart(): Promise<void> {
    if (this.#child.ended !== null) throw new Error(`the server has ended by itself:\n${this.log}`);
    this.#child.kill('SIGKILL');
    await this.#child.end;
    this.#child = this.#spawn();
  }

  /** Asks it to stop and answers its exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return (await this.#child.end).code;
  }

  /** Ends it the hard way, for the end of a test that failed. */
  async destroy(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#child.end;
  }
}
