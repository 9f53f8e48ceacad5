import { join } from 'node:path';
import { type Api, openApi } from '@patchbay/cli/api';
import { waitFor } from '@patchbay/testkit/wait-for';
import { Child } from './child.ts';

/** The CLI's program, run under this process's Node. */
export const patchbay = [process.execPath, join(import.meta.dirname, '../../packages/cli/src/main.ts')];

/** An API token that `PATCHBAY_ADMIN_TOKEN` may set. */
const adminToken = 'administrator-of-the-end-to-end-tests';

/**
 * `patchbay server` in a process of its own, with the embedded PostgreSQL of its data directory. As under a service
 * manager it is started again whenever it has been killed, and when its start failed because its database was killed.
 */
export class ServerProcess {
  readonly url: string;
  readonly api: Api;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #child: Child;
  #logBefore = '';
  #isStopping = false;

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
    this.#child = this.#start();
  }

  /** The end of its log, over all its lives. */
  get log(): string {
    return `${this.#logBefore}${this.#child.output}`.slice(-4000);
  }

  #start(): Child {
    const child = new Child([...patchbay, 'server'], { env: this.#env });
    void child.end.then(({ signal }) => {
      const lostItsDatabase = !child.stdout.includes('The server is ready');
      if (this.#isStopping || (signal !== 'SIGKILL' && !lostItsDatabase)) return;
      this.#logBefore += child.output;
      this.#child = this.#start();
    });
    return child;
  }

  /** Waits until it takes requests. */
  async ready(): Promise<void> {
    await waitFor(async () => (await fetch(`${this.url}/readyz`)).ok, {
      what: 'the server to be ready',
    });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child;
    child.kill('SIGKILL');
    await child.end;
  }

  /** Asks it to stop and answers its exit code. */
  async stop(): Promise<number | null> {
    this.#isStopping = true;
    this.#child.kill('SIGTERM');
    return (await this.#child.end).code;
  }

  /** Ends it the hard way, for the end of a test that failed. */
  async destroy(): Promise<void> {
    this.#isStopping = true;
    await this.kill();
  }
}
