import { randomBytes } from 'node:crypto';
import {
  type AgentMessage,
  agentMessage,
  protocolVersion,
  type ServerMessage,
} from '@patchbay/contracts/agent-protocol';
import { signInText, welcomeText } from '@patchbay/contracts/signing-text';
import { parseActivityId } from '@patchbay/domain/activity/activity-id';
import type { WebSocket } from 'ws';
import { verifySignature } from './ed25519.ts';
import type { GatewayContext } from './gateway-context.ts';
import { scanOrder } from './order-sender.ts';
import { createOutputIntake } from './output-intake.ts';
import { createScanCollector } from './patch-scan.ts';
import type { Session } from './sessions.ts';

type Hello = Extract<AgentMessage, { type: 'hello' }>;
type SignedInMessage = Exclude<AgentMessage, Hello>;

/** An agent that has not signed in after this time is let go. */
const signInMs = 10_000;
/** Messages of one agent that may wait for the database before its socket is paused. */
const maxWaiting = 64;
/** Bytes that may wait in a socket before an agent that does not read is let go. */
const maxUnreadBytes = 32 * 1024 * 1024;

/** Speaks the agent protocol on one socket: challenge, sign-in, then messages in the order in which they come. */
export function openSession(socket: WebSocket, context: GatewayContext): void {
  const serverNonce = randomBytes(32).toString('base64');
  let handle: ((message: SignedInMessage) => Promise<void>) | null = null;
  let session: Session | null = null;
  let waiting = 0;
  let heard = true;
  let tail: Promise<void> = Promise.resolve();

  const send = (message: ServerMessage): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
    else socket.send(JSON.stringify(message));
  };
  const close = (code: string, reason: string, retry: boolean): void => {
    send({ type: 'goodbye', code, reason, retry });
    socket.close(1008, code);
    setTimeout(() => socket.terminate(), 2_000).unref();
  };

  const signInTimer = setTimeout(() => close('SIGN_IN_TIMEOUT', 'no valid sign-in in time', true), signInMs);
  const liveness = setInterval(() => {
    if (!heard) socket.terminate();
    heard = false;
  }, context.heartbeatMs * 3);

  const receive = async (data: string): Promise<void> => {
    const parsed = parseMessage(data);
    if (!parsed.ok) return close('INVALID_MESSAGE', parsed.problem, true);
    const { message } = parsed;
    if (message.type !== 'hello') {
      if (handle === null) return close('NOT_SIGNED_IN', 'the first message must be "hello"', true);
      return handle(message);
    }
    if (session !== null) return close('INVALID_MESSAGE', 'already signed in', true);
    const refusal = await refusalOf(message, serverNonce, context);
    if (refusal !== null) return close(refusal.code, refusal.reason, refusal.retry);
    if (socket.readyState !== socket.OPEN) return;
    clearTimeout(signInTimer);
    session = { endpoint: message.endpoint, send, close };
    handle = messageHandler(message.endpoint, send, context);
    await welcome(message, session, context);
  };

  socket.on('message', (data, isBinary) => {
    heard = true;
    if (isBinary) return close('INVALID_MESSAGE', 'messages are JSON text', true);
    waiting += 1;
    if (waiting > maxWaiting) socket.pause();
    tail = tail
      .then(() => receive(String(data)))
      .catch((error: unknown) => {
        context.log.error(
          { err: error, endpoint: session?.endpoint },
          'an agent message could not be handled',
        );
        close('INTERNAL', 'the message could not be handled', true);
      })
      .finally(() => {
        waiting -= 1;
        if (waiting <= maxWaiting / 2 && socket.isPaused) socket.resume();
      });
  });
  socket.on('error', (error) => context.log.debug({ err: error }, 'agent socket failed'));
  socket.on('close', () => {
    clearTimeout(signInTimer);
    clearInterval(liveness);
    // Behind what was received before: a report that came with the last breath still counts.
    void tail.then(async () => {
      if (session !== null) await context.sessions.leave(session);
    });
  });
  send({ type: 'challenge', protocol: protocolVersion, nonce: serverNonce });
}

function parseMessage(data: string): { ok: true; message: AgentMessage } | { ok: false; problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return { ok: false, problem: 'not well-formed JSON' };
  }
  const result = agentMessage.safeParse(json);
  if (result.success) return { ok: true, message: result.data };
  const issue = result.error.issues[0];
  return {
    ok: false,
    problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`.slice(0, 500),
  };
}

/** Why an agent is not let in; null when it is (S-04). */
async function refusalOf(
  hello: Hello,
  serverNonce: string,
  context: GatewayContext,
): Promise<{ code: string; reason: string; retry: boolean } | null> {
  if (hello.protocol !== protocolVersion) {
    const reason = `this server speaks version ${protocolVersion} of the agent protocol, the agent ${hello.protocol}`;
    return { code: 'PROTOCOL_VERSION', reason, retry: true };
  }
  const endpoint = await context.store.findForSignIn(hello.endpoint);
  const text = signInText(serverNonce, hello.nonce, hello.endpoint);
  if (endpoint === null || !verifySignature(endpoint.publicKey, text, hello.signature)) {
    return { code: 'SIGN_IN_REFUSED', reason: 'unknown endpoint or wrong key: enrol again', retry: false };
  }
  return endpoint.revoked ? { code: 'REVOKED', reason: 'the endpoint was revoked', retry: false } : null;
}

async function welcome(hello: Hello, session: Session, context: GatewayContext): Promise<void> {
  const { endpoint, bootId, journal, policy, agentVersion } = hello;
  const serverTime = context.now();
  session.send({
    type: 'welcome',
    serverTime,
    signature: context.key.sign(welcomeText(hello.nonce, endpoint, serverTime)),
    heartbeatMs: context.heartbeatMs,
    scanEveryMs: await context.scanEveryMs(),
  });
  const { scanWanted } = await context.store.signedIn(endpoint, { policy, agentVersion });
  await context.sessions.enter(session, bootId, journal);
  if (scanWanted) session.send(scanOrder(endpoint, context.key, context.now()));
}

/** What each message of a signed-in agent leads to; acknowledgements only after the commit. */
function messageHandler(
  endpoint: string,
  send: (message: ServerMessage) => void,
  context: GatewayContext,
): (message: SignedInMessage) => Promise<void> {
  const output = createOutputIntake(endpoint, context.output);
  const scans = createScanCollector();
  return async (message) => {
    switch (message.type) {
      case 'heartbeat':
        return;
      case 'started': {
        const key = parseActivityId(message.activity);
        if (key) context.engine.started(endpoint, key, message.at);
        return;
      }
      case 'output': {
        const { activity, stream, offset, data } = message;
        const key = parseActivityId(activity);
        const answer = key && (await output.take(activity, key, stream, offset, Buffer.from(data, 'base64')));
        // Output of an activity that is not this endpoint's is acknowledged and dropped, so that it stops coming.
        const stored = answer === null || answer === 'unknown' ? Number.MAX_SAFE_INTEGER : answer.offset;
        send({ type: 'outputStored', activity, stream, offset: stored });
        return;
      }
      case 'finished': {
        const { activity } = message.report;
        const taken = await context.engine.report(endpoint, message.report);
        if (taken !== 'stored' && taken !== 'repeated') {
          context.log.warn({ endpoint, activity, taken }, 'an activity report changed nothing');
        }
        send({ type: 'reportStored', activity });
        return;
      }
      case 'inventory':
        await context.store.saveInventory(endpoint, message);
        return;
      case 'patches': {
        const scan = scans.add(message);
        if (scan !== null) await context.store.saveScan(endpoint, scan);
        return;
      }
    }
  };
}
