import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { enrolResponse, protocolVersion } from '@patchbay/contracts/agent-protocol';
import type { Inventory, LocalPolicy } from '@patchbay/contracts/inventory';
import { enrolText } from '@patchbay/contracts/signing-text';
import { z } from 'zod';
import { AgentError } from './agent-error.ts';
import type { Identity } from './config.ts';
import { messageOf } from './error-code.ts';
import { generateKey, signText } from './keys.ts';
import { checkAddress, type ServerAddress, trustedAuthorities } from './server-address.ts';

export interface EnrolOptions extends ServerAddress {
  readonly token: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly inventory: Inventory;
  readonly policy: LocalPolicy;
}

/**
 * Makes a key pair and enrols this endpoint with it (E-01). Answers what the agent has to remember.
 *
 * @throws AgentError `usage` (address), `refused` (by the server), `unreachable`
 */
export async function enrol(options: EnrolOptions): Promise<Identity> {
  const address = checkAddress(options);
  const { privateKey, publicKey } = generateKey();
  const { token, name, tags, inventory, policy } = options;
  const proof = signText(privateKey, enrolText(token, publicKey, name));
  const answer = await post(address, '/agent/v1/enrol', {
    protocol: protocolVersion,
    token,
    publicKey,
    proof,
    name,
    tags,
    inventory,
    policy,
  });
  if (answer.status !== 201) throw refusal(answer);
  const enrolled = enrolResponse.safeParse(parseJson(answer.body));
  if (!enrolled.success) {
    throw new AgentError('unreachable', `what answers at ${address.server} is not a Patchbay server`);
  }
  return {
    endpoint: enrolled.data.endpoint,
    name: enrolled.data.name,
    server: address.server,
    allowPlainHttp: address.allowPlainHttp,
    ca: address.ca,
    privateKey,
    installationKey: enrolled.data.installationKey,
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const timeoutMs = 30_000;
const maxAnswerChars = 64 * 1024;

async function post(address: ServerAddress, path: string, content: unknown): Promise<Answer> {
  const url = `${address.server}${path}`;
  const ca = trustedAuthorities(address);
  const options = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, application/problem+json' },
    signal: AbortSignal.timeout(timeoutMs),
    agent: false as const,
  };
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const sent = ca ? httpsRequest(url, { ...options, ca }) : httpRequest(url, options);
      sent.on('error', reject);
      sent.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('error', reject);
        response.on('data', (part: string) => {
          body += part;
          if (body.length > maxAnswerChars) response.destroy(new Error('the answer is too long'));
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      });
      sent.end(JSON.stringify(content));
    });
  } catch (error) {
    throw new AgentError('unreachable', `${address.server} cannot be reached: ${messageOf(error)}`);
  }
}

const problem = z.object({
  code: z.string(),
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

function refusal({ status, body }: Answer): AgentError {
  const parsed = problem.safeParse(parseJson(body));
  if (!parsed.success) {
    return new AgentError('unreachable', `the server answered with HTTP status ${status} and no explanation`);
  }
  const { code, title, detail, errors = [] } = parsed.data;
  const fields = errors.map(({ path, message }) => `; ${path}: ${message}`).join('');
  return new AgentError(status < 500 ? 'refused' : 'unreachable', `${detail ?? title}${fields}`, code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
