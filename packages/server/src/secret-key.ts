import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { createSealer, newSecretKey, type Sealer, SecretKeyError } from './db/secrets.ts';
import { hasCode, messageOf } from './db/system-error.ts';

const fileName = 'secret-key';

/**
 * Opens the installation's secret key (S-06): the operator's file, else one in the data directory that is made at the
 * first start and that only this user can read.
 *
 * @throws SecretKeyError with a sentence for the operator.
 */
export async function openSecretKey({
  secretKeyFile,
  dataDir,
}: Pick<Config, 'secretKeyFile' | 'dataDir'>): Promise<Sealer> {
  if (secretKeyFile !== null) return createSealer(await readKey(secretKeyFile));
  const file = join(dataDir, fileName);
  await mkdir(dataDir, { recursive: true });
  await makeKey(file);
  return createSealer(await readKey(file));
}

/** Makes the key file unless there is one; it appears whole or not at all. */
async function makeKey(file: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`;
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(`${newSecretKey()}\n`);
    await handle.sync();
    await link(fresh, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await handle.close();
    await unlink(fresh);
  }
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new SecretKeyError(`The secret key file ${file} cannot be read: ${messageOf(error)}`);
  }
}
