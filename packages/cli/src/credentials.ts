import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CommandError, exitCode } from './exit-code.ts';

const credentials = z.strictObject({ url: z.url(), token: z.string().min(1) });

/** Where the server is and who is asking. */
export type Credentials = z.infer<typeof credentials>;

/** Where `patchbay login` keeps its credentials. */
export function loginFile(): string {
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'patchbay', 'credentials.json');
}

/** Where `npm start` keeps the credentials of the installation in its data directory. */
export function installationFile(dataDir: string): string {
  return join(dataDir, 'credentials.json');
}

/** The data directory of the checkout that this CLI belongs to. */
export function checkoutDataDir(): string {
  return process.env.PATCHBAY_DATA_DIR ?? fileURLToPath(new URL('../../../data', import.meta.url));
}

/** Keeps credentials where only this user can read them. */
export function saveCredentials(file: string, value: Credentials): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
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
  const { PATCHBAY_URL: url, PATCHBAY_TOKEN: token } = process.env;
  const stored =
    url && token
      ? null
      : (readCredentials(loginFile()) ?? readCredentials(installationFile(checkoutDataDir())));
  const found = { url: url ?? stored?.url, token: token ?? stored?.token };
  const checked = credentials.safeParse(found);
  if (checked.success) return checked.data;
  throw new CommandError(
    exitCode.usage,
    'no server is known: set PATCHBAY_URL and PATCHBAY_TOKEN, run "patchbay login", or start one here with "npm start"',
  );
}
