import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enrolCommand, startLocalAgent } from '@patchbay/agent/main';
import { type Api, openApi } from '@patchbay/cli/api';
import { createdEnrolmentToken } from '@patchbay/contracts/enrolment-token';
import { readConfig } from '@patchbay/server/config';
import { startServer } from '@patchbay/server/server';
import { pino } from 'pino';

/** A whole server with the built console, on an empty database of its own. */
export interface Installation {
  /** Without a path. */
  readonly url: string;
  /** The API with an administrator's token. */
  readonly api: Api;
  /** Makes the first administrator. */
  readonly firstLink: string;
}

/** Starts it, and ends everything of it when `cleanUp` is disposed of. */
export async function startInstallation(cleanUp: AsyncDisposableStack): Promise<Installation> {
  const directory = await mkdtemp(join(tmpdir(), 'patchbay-console-'));
  // PostgreSQL's user must be able to pass.
  await chmod(directory, 0o711);
  cleanUp.defer(() => rm(directory, { recursive: true, force: true }));
  const token = randomBytes(32).toString('base64url');
  const config = readConfig({
    PATCHBAY_DATA_DIR: join(directory, 'data'),
    PATCHBAY_PORT: '0',
    PATCHBAY_ADMIN_TOKEN: token,
  });
  const server = await startServer({ config, log: pino({ level: 'error' }) });
  cleanUp.defer(() => server.stop());
  const { url, firstLink } = server;
  if (firstLink === null) throw new Error('a new installation has a link for its first administrator');
  return { url, api: openApi({ url, token }), firstLink };
}

/** Makes this machine an endpoint of the installation, on which nothing is installed and nothing rebooted. */
export async function connectThisMachine(
  { url, api }: Installation,
  name: string,
  cleanUp: AsyncDisposableStack,
): Promise<void> {
  const stateDir = await mkdtemp(join(tmpdir(), 'patchbay-console-agent-'));
  cleanUp.defer(() => rm(stateDir, { recursive: true, force: true }));
  const { token } = await api.send('POST', '/enrolment-tokens', { description: name }, createdEnrolmentToken);
  await enrolCommand({ server: url, stateDir, name, environment: token, rehearsalOnly: true });
  const agent = await startLocalAgent({ stateDir, log: () => undefined, useScope: false });
  cleanUp.defer(() => agent.stop());
}
