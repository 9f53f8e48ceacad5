import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AgentError } from './agent-error.ts';
import { messageOf } from './error-code.ts';

export interface TokenSource {
  /** Given in the command line; `-` reads it from stdin. */
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  /** Value of `PATCHBAY_ENROLMENT_TOKEN`. */
  readonly environment?: string | undefined;
  readonly stdin?: NodeJS.ReadableStream | undefined;
}

/**
 * The enrolment token. A file, stdin or the environment keep it out of the process list, where others could read it.
 *
 * @throws AgentError of kind `usage` when there is none
 */
export async function readToken({ token, tokenFile, environment, stdin }: TokenSource): Promise<string> {
  const found = (await readFrom({ token, tokenFile, environment, stdin }))?.trim();
  if (found) return found;
  throw new AgentError(
    'usage',
    'an enrolment token is needed: --token T, --token-file FILE, --token - (from stdin), or PATCHBAY_ENROLMENT_TOKEN',
  );
}

async function readFrom({ token, tokenFile, environment, stdin }: TokenSource): Promise<string | undefined> {
  if (token === '-') return stdin ? text(stdin) : undefined;
  if (token !== undefined) return token;
  if (tokenFile === undefined) return environment;
  try {
    return await readFile(tokenFile, 'utf8');
  } catch (error) {
    throw new AgentError('usage', `the token file cannot be read: ${messageOf(error)}`);
  }
}
