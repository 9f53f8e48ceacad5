import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { type EnrolRequest, enrolResponse, protocolVersion } from '@patchbay/contracts/agent-protocol';
import type { Inventory, LocalPolicy } from '@patchbay/contracts/inventory';
import { enrolText } from '@patchbay/contracts/signing-text';

/** Who a scripted agent is; plain text, so that it can be handed to another process. */
export interface ScriptedIdentity {
  readonly endpoint: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** 32 raw bytes in base64. */
  readonly installationKey: string;
}

/** A new key pair of an agent. */
export function newAgentKey(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: Buffer.from(String(x), 'base64url').toString('base64'),
  };
}

/** Signs texts with a key that is read once. */
export function createSigner(privateKey: string): (text: string) => string {
  const key = createPrivateKey(privateKey);
  return (text) => sign(null, Buffer.from(text), key).toString('base64');
}

const verificationKeys = new Map<string, KeyObject>();

/** Checks signatures of one public key (raw, base64). */
export function createVerifier(publicKey: string): (text: string, signature: string) => boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url');
  const key =
    verificationKeys.get(publicKey) ??
    createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  verificationKeys.set(publicKey, key);
  return (text, signature) => verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

/** What a scripted agent says of its machine. */
export function scriptedInventory(hostname: string, bootId = 'boot-1'): Inventory {
  return {
    hostname,
    os: 'linux',
    osName: 'Debian GNU/Linux',
    osVersion: '12',
    kernel: '6.1.0',
    architecture: 'x86_64',
    addresses: ['192.0.2.1'],
    uptimeSeconds: 1,
    bootId,
    timeZone: 'UTC',
    agentVersion: '0.0.0',
    disks: [{ mount: '/', totalBytes: 1e10, freeBytes: 5e9 }],
    users: [],
    extra: {},
  };
}

/** A policy that lets the server do everything. */
export const openPolicy: LocalPolicy = { scan: true, run: true, install: true, reboot: true };

/** A valid request to enrol a machine of this name with a new key; parts of it can be replaced. */
export function enrolRequestOf(token: string, name: string): { request: EnrolRequest; privateKey: string } {
  const { privateKey, publicKey } = newAgentKey();
  const proof = createSigner(privateKey)(enrolText(token, publicKey, name));
  const request: EnrolRequest = {
    protocol: protocolVersion,
    token,
    publicKey,
    proof,
    name,
    tags: {},
    inventory: scriptedInventory(name),
    policy: openPolicy,
  };
  return { request, privateKey };
}

/** Enrols over HTTP as a real agent does (E-01). `server` is the address without a path. */
export async function enrolScripted(server: string, token: string, name: string): Promise<ScriptedIdentity> {
  const { request, privateKey } = enrolRequestOf(token, name);
  const answer = await fetch(`${server}/agent/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (answer.status !== 201)
    throw new Error(`the enrolment was answered ${answer.status}: ${await answer.text()}`);
  const { endpoint, installationKey } = enrolResponse.parse(await answer.json());
  return { endpoint, privateKey, installationKey };
}
