import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { publicKeyText } from '@patchbay/contracts/agent-protocol';
import { type LocalPolicy, localPolicy } from '@patchbay/contracts/inventory';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';
import { hasCode, messageOf } from './error-code.ts';
import type { Log } from './log.ts';
import { replaceFile } from './state-file.ts';

/** Where the agent keeps its state unless told otherwise. `uid`: the user that the agent runs as. */
export function defaultStateDir(uid: number | undefined, home: string = homedir()): string {
  return uid === 0 ? '/var/lib/patchbay-agent' : join(home, '.local/state/patchbay-agent');
}

/** The files of the agent's state directory. */
export interface StatePaths {
  readonly dir: string;
  readonly identity: string;
  readonly policy: string;
  readonly journal: string;
  /** What has happened in flows of Interactive Reboot. */
  readonly flows: string;
  readonly lock: string;
  readonly status: string;
  readonly scan: string;
  /** Output of activities that the server does not have yet. */
  readonly spool: string;
  /** Working directories of scripts. */
  readonly work: string;
}

/** The paths below a state directory. */
export function statePaths(stateDir: string): StatePaths {
  const dir = resolve(stateDir);
  const at = (name: string): string => join(dir, name);
  return {
    dir,
    identity: at('identity.json'),
    policy: at('policy.json'),
    journal: at('journal.jsonl'),
    flows: at('reboot.jsonl'),
    lock: at('agent.lock'),
    status: at('status.json'),
    scan: at('scan.json'),
    spool: at('spool'),
    work: at('work'),
  };
}

/**
 * Makes the state directory. Others may pass through it, because a script that runs as another user works below it;
 * they cannot list it, and every file in it is the agent's own.
 */
export async function makeStateDir({ dir }: StatePaths): Promise<void> {
  if (!existsSync(dir)) await mkdir(dir, { recursive: true, mode: 0o711 });
}

const identity = z.strictObject({
  endpoint: z.uuid(),
  name: z.string(),
  server: z.string(),
  allowPlainHttp: z.boolean(),
  /** Further certificate authorities for the server, in PEM. */
  ca: z.string().nullable(),
  /** PKCS #8 in PEM; it never leaves the endpoint. */
  privateKey: z.string(),
  /** The installation's key, pinned at enrolment: every order is checked with it (S-05). */
  installationKey: publicKeyText,
});
export type Identity = z.infer<typeof identity>;

/** Who this endpoint is; null when it is not enrolled. */
export async function readIdentity(paths: StatePaths): Promise<Identity | null> {
  const content = await readIfThere(paths.identity);
  if (content === null) return null;
  try {
    return identity.parse(JSON.parse(content));
  } catch {
    throw new AgentError(
      'failed',
      `${paths.identity} is damaged. Remove the agent's state (patchbay agent unenroll) and enrol again`,
    );
  }
}

export async function writeIdentity(paths: StatePaths, value: Identity): Promise<void> {
  await replaceFile(paths.identity, `${JSON.stringify(value, null, 2)}\n`);
}

/** Forgets everything, the key first. The policy stays: it is the wish of this machine's owner. */
export async function removeState(paths: StatePaths): Promise<void> {
  const { identity, journal, flows, status, scan, spool, work } = paths;
  for (const path of [identity, journal, flows, status, scan, spool, work]) {
    await rm(path, { recursive: true, force: true });
  }
}

const everything: LocalPolicy = { scan: true, run: true, install: true, reboot: true };
const nothing: LocalPolicy = { scan: false, run: false, install: false, reboot: false };

/** The policy of a machine that is only rehearsed on: it runs scripts and scans, but never installs or reboots. */
export const rehearsalOnly: LocalPolicy = { scan: true, run: true, install: false, reboot: false };

/** What this endpoint lets its server do. Without a file everything; with a damaged one nothing, and the log says so. */
export async function readPolicy(paths: StatePaths, log: Log): Promise<LocalPolicy> {
  try {
    const content = await readIfThere(paths.policy);
    return content === null ? everything : localPolicy.parse(JSON.parse(content));
  } catch (error) {
    log('error', 'the local policy cannot be read: everything is refused until it is mended', {
      file: paths.policy,
      problem: messageOf(error),
    });
    return nothing;
  }
}

export async function writePolicy(paths: StatePaths, policy: LocalPolicy): Promise<void> {
  await replaceFile(paths.policy, `${JSON.stringify(policy, null, 2)}\n`);
}

/** The content of a small text file; null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
