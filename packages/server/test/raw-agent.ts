import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { protocolVersion, type ServerMessage, serverMessage } from '@patchbay/contracts/agent-protocol';
import { signInText } from '@patchbay/contracts/signing-text';
import { createSigner, openPolicy, type ScriptedIdentity } from '@patchbay/testkit/scripted-identity';
import { patienceMs } from '@patchbay/testkit/wait-for';
import { WebSocket } from 'ws';

/** A socket to the gateway on which a test says whatever it likes. */
export interface RawAgent {
  readonly socket: WebSocket;
  readonly received: readonly ServerMessage[];
  /** The WebSocket's close code, once it is closed; 1006 is a connection that was dropped. */
  readonly closeCode: number | null;
  /** Waits for a message of this type. */
  expect<T extends ServerMessage['type']>(type: T): Promise<Extract<ServerMessage, { type: T }>>;
  /** Waits for the end of the connection: the goodbye's code, else the WebSocket's close code. */
  ended(): Promise<string | number>;
}

/** Opens a socket to the gateway. */
export async function openRaw(address: string): Promise<RawAgent> {
  const socket = new WebSocket(`${address.replace(/^http/, 'ws')}/agent/v1`, { perMessageDeflate: false });
  const received: ServerMessage[] = [];
  const news = new EventEmitter();
  let closeCode: number | null = null;
  socket.on('message', (data) => {
    if (Buffer.isBuffer(data)) received.push(serverMessage.parse(JSON.parse(data.toString())));
    news.emit('news');
  });
  socket.on('close', (code) => {
    closeCode = code;
    news.emit('news');
  });
  const until = async <T>(what: string, look: () => T | null | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined) return found;
      await once(news, 'news', { signal: AbortSignal.timeout(patienceMs) }).catch((cause: unknown) => {
        throw new Error(`gave up waiting for ${what}`, { cause });
      });
    }
  };
  // A server that drops the connection in the middle of a message is expected here.
  socket.on('error', () => undefined);
  const find = <T extends ServerMessage['type']>(type: T) =>
    received.find((message): message is Extract<ServerMessage, { type: T }> => message.type === type);
  const raw: RawAgent = {
    socket,
    received,
    get closeCode() {
      return closeCode;
    },
    expect: (type) => until(`a message "${type}"`, () => find(type)),
    async ended() {
      const code = await until('the end of the connection', () => closeCode);
      return find('goodbye')?.code ?? code;
    },
  };
  await raw.expect('challenge');
  return raw;
}

/** A valid `hello` in answer to a challenge. */
export function helloOf(identity: ScriptedIdentity, serverNonce: string) {
  const { endpoint, privateKey } = identity;
  const nonce = randomBytes(32).toString('base64');
  return {
    type: 'hello' as const,
    protocol: protocolVersion,
    endpoint,
    nonce,
    signature: createSigner(privateKey)(signInText(serverNonce, nonce, endpoint)),
    agentVersion: '0.0.0',
    bootId: 'boot-1',
    policy: openPolicy,
    journal: [],
  };
}

/** Opens a socket and signs in. */
export async function signInRaw(address: string, identity: ScriptedIdentity): Promise<RawAgent> {
  const raw = await openRaw(address);
  const { nonce } = await raw.expect('challenge');
  raw.socket.send(JSON.stringify(helloOf(identity, nonce)));
  await raw.expect('welcome');
  return raw;
}
