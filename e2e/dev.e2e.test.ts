import { join } from 'node:path';
import {
  makeDataDirectory,
  postmasterPid,
  processesOf,
  removeDataDirectory,
} from '@patchbay/testkit/data-directory';
import { freePort } from '@patchbay/testkit/free-port';
import { waitFor } from '@patchbay/testkit/wait-for';
import { afterAll, expect, it } from 'vitest';
import { Child } from './system/child.ts';

const directory = await makeDataDirectory();
const port = await freePort();
const consolePort = await freePort();
const dev = new Child(
  [process.execPath, join(import.meta.dirname, '../tools/dev.ts'), '--console-port', String(consolePort)],
  { env: { PATCHBAY_DATA_DIR: directory, PATCHBAY_PORT: String(port), DATABASE_URL: undefined } },
);

afterAll(async () => {
  dev.killGroup('SIGKILL');
  await dev.end;
  await removeDataDirectory(directory);
});

it('runs a server and the console in front of it, and ends both', async () => {
  await dev.prints('The server is ready');
  const address = `http://localhost:${consolePort}`;
  await waitFor(async () => (await fetch(address)).ok, { what: 'the console' });

  expect(await (await fetch(address)).text()).toContain('/@vite/client');
  expect((await fetch(`${address}/api/v1/endpoints`)).status).toBe(401);

  dev.kill('SIGTERM');
  expect((await dev.end).code).toBe(0);
  expect(await postmasterPid(directory)).toBeNull();
  expect(await processesOf(directory)).toEqual([]);
});
