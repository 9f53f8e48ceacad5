import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { protocolVersion, type ServerMessage } from '@patchbay/contracts/agent-protocol';
import { type GoodbyeCode, goodbyes } from '@patchbay/contracts/goodbye';
import type { WebSocket } from 'ws';
import type { GatewayContext } from './gateway-context.ts';
import { createMailbox } from './mailbox.ts';
import { createMessageHandler, type SignedInMessage } from './message-handler.ts';
import { parseMessage } from './parse-message.ts';
import type { Session } from './sessions.ts';
import { type Hello, refusalOf, welcome } from './sign-in.ts';

/** An agent that has not signed in after this time is let go. */
const signInMs = 10_000;
/** How long a goodbye may take to be answered before the socket is simply dropped. */
const farewellMs = 2_000;
/** Bytes that may wait in a socket before an agent that does not read is let go. */
const maxUnreadBytes = 16 * 1024 * 1024;

/** An agent's connection that was upgraded. */
export interface UpgradedConnection {
  readonly socket: WebSocket;
  /** What the messages go through. */
  readonly stream: Duplex;
  /** Called when the agent has signed in. */
  readonly admitted: () => void;
}

/** Speaks the agent protocol on one socket: challenge, sign-in, then messages in the order in which they come. */
export function openSession({ socket, stream, admitted }: UpgradedConnection, context: GatewayContext): void {
  const nonce = randomBytes(32).toString('base64');
  let session: Session | null = null;
  let handleSignedIn: ((message: SignedInMessage) => Promise<void> | void) | null = null;
  let heard = true;
  let closing = false;

  const send = (message: ServerMessage): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > maxUnreadBytes) return socket.terminate();
    // An acknowledgement and the order that follows from it leave together.
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    socket.send(JSON.stringify(message));
  };
  const close = (code: GoodbyeCode, reason: string): void => {
    if (closing) return;
    closing = true;
    mailbox.close();
    send({ type: 'goodbye', code, reason, retry: goodbyes[code].retry });
    socket.close(goodbyes[code].closeCode, code);
    setTimeout(() => socket.terminate(), farewellMs).unref();
  };

  const signIn = async (hello: Hello): Promise<void> => {
    if (session !== null) return close('INVALID_MESSAGE', 'already signed in');
    const refusal = await refusalOf(hello, nonce, context);
    if (refusal !== null) return close(refusal.code, refusal.reason);
    if (closing || socket.readyState !== socket.OPEN) return;
    clearTimeout(signInTimer);
    admitted();
    session = { endpoint: hello.endpoint, send, close };
    handleSignedIn = createMessageHandler(hello.endpoint, send, context);
    await welcome(hello, session, context);
  };
  const receive = (text: string): Promise<void> | void => {
    const parsed = parseMessage(text);
    if (!parsed.ok) return close(parsed.code, parsed.reason);
    const { message } = parsed;
    if (message.type === 'hello') return signIn(message);
    if (handleSignedIn === null) return close('NOT_SIGNED_IN', 'the first message must be "hello"');
    return handleSignedIn(message);
  };
  const mailbox = createMailbox(socket, receive, (err) => {
    context.log.error({ err, endpoint: session?.endpoint }, 'an agent message could not be handled');
    close('INTERNAL', 'the message could not be handled');
  });

  const signInTimer = setTimeout(() => close('SIGN_IN_TIMEOUT', 'no valid sign-in in time'), signInMs);
  const liveness = setInterval(() => {
    // A server that was held up itself, as in a pause of its machine, first reads what has come meanwhile.
    setImmediate(() => {
      // While its messages wait for the database, it is the server that does not listen.
      if (!heard && !mailbox.busy) socket.terminate();
      heard = false;
    });
  }, context.heartbeatMs * 3);

  socket.on('message', (data, isBinary) => {
    heard = true;
    if (isBinary || !Buffer.isBuffer(data)) close('INVALID_MESSAGE', 'messages are JSON text');
    else mailbox.put(data);
  });
  socket.on('ping', (data) => {
    heard = true;
    mailbox.charge(data.length);
    if (socket.bufferedAmount > maxUnreadBytes) socket.terminate();
    else socket.pong(data);
  });
  socket.on('error', (err) => context.log.debug({ err, endpoint: session?.endpoint }, 'agent socket failed'));
  socket.on('close', () => {
    clearTimeout(signInTimer);
    clearInterval(liveness);
    const left = async (): Promise<void> => {
      // Behind what was received before: a report that came with the last breath still counts.
      await mailbox.settled();
      if (session !== null) await context.sessions.leave(session);
    };
    left().catch((err: unknown) => context.log.error({ err }, 'an agent that left could not be signed off'));
  });
  send({ type: 'challenge', protocol: protocolVersion, nonce });
}
