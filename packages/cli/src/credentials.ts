import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandError, exitCode } from './exit-code.ts';

const address = z.url({ protocol: /^https?$/ });
const credentials = z.strictObject({
  url: address,
  /** What may stand in a header. */
  token: z.string().regex(/^[\x21-\x7e]+$/),
});

/** Where the server is and who is asking. */
export type Credentials = z.infer<typeof credentials>;

/** Refuses what cannot be the address of a server. */
export function checkAddress(url: string): void {
  if (address.safeParse(url).success) return;
  throw new CommandError(exitCode.usage, `"${url}" is not an address such as https://patchbay.example.com`);
}

/** Refuses what cannot be the address of a server with a token for it; the message does not show the token. */
export function checkCredentials(given: Credentials): Credentials {
  checkAddress(given.url);
  if (credentials.safeParse(given).success) return given;
  throw new CommandError(exitCode.usage, 'the token has characters that no token has');
}

/** Where `patchbay login` keeps its credentials. */
export function loginFile(): string {
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'patchbay', 'credentials.json');
}

/** Where `npm start` keeps the credentials of the installation in its data directory. */
export function installationFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** The data directory of the checkout that this CLI belongs to. */
function checkoutDataDir(): string {
  return process.env.PATCHBAY_DATA_DIR || fileURLToPath(new URL('../../../data', import.meta.url));
}

/** Keeps credentials where only this user can read them: the old ones or the new ones, whatever is killed meanwhile. */
export function saveCredentials(file: string, value: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, file);
}

/** Reads credentials; null when there are none. */
export function readCredentials(file: string): Credentials | null {
  if (!existsSync(file)) return null;
  try {
    return credentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new CommandError(
      exitCode.usage,
      `${file} is not readable as credentials; run "patchbay login" again`,
    );
  }
}

/** The credentials for this call: the environment, then `patchbay login`, then those of this checkout's `npm start`. */
export function findCredentials(): Credentials {
  const { PATCHBAY_URL, PATCHBAY_TOKEN } = process.env;
  const stored = PATCHBAY_URL && PATCHBAY_TOKEN ? null : storedCredentials();
  const url = PATCHBAY_URL || stored?.url;
  // A stored token is for its own server only.
  const token = PATCHBAY_TOKEN || (url === stored?.url ? stored?.token : undefined);
  if (url && token) return checkCredentials({ url, token });
  const missing = url
    ? `no token for ${url} is known: set PATCHBAY_TOKEN or run "patchbay login --server ${url}"`
    : 'no server is known: set PATCHBAY_URL and PATCHBAY_TOKEN, run "patchbay login", or start one here with "npm start"';
  throw new CommandError(exitCode.usage, missing);
}

function storedCredentials(): Credentials | null {
  return readCredentials(loginFile()) ?? readCredentials(installationFile(checkoutDataDir()));
}
