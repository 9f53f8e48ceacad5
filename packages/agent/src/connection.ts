import { randomBytes } from 'node:crypto';
import {
  type AgentMessage,
  protocolVersion,
  type ServerMessage,
  serverMessage,
} from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { signInText, welcomeText } from '@patchbay/contracts/signing-text';
import { WebSocket } from 'ws';
import { type BackOff, backOffDelay } from './back-off.ts';
import type { Identity } from './config.ts';
import { messageOf } from './error-code.ts';
import { isSignedBy, signText } from './keys.ts';
import type { Log } from './log.ts';
import { socketAddress, trustedAuthorities } from './server-address.ts';

type Hello = Extract<AgentMessage, { type: 'hello' }>;
type Welcome = Extract<ServerMessage, { type: 'welcome' }>;
/** What a server may send once it has proved who it is. */
export type ServerRequest = Exclude<ServerMessage, { type: 'challenge' | 'welcome' | 'goodbye' }>;

/** The server has said that coming back is of no use. */
export interface SentAway {
  readonly code: string;
  readonly reason: string;
}

export interface ConnectionOptions {
  readonly identity: Identity;
  readonly backOff: BackOff;
  /** What the agent says of itself at sign-in. */
  readonly hello: () => Promise<Pick<Hello, 'agentVersion' | 'bootId' | 'policy' | 'journal'>>;
  /** Signed in: the server has proved that it holds the installation's key. */
  readonly onSignedIn: (welcome: Welcome) => void;
  readonly onRequest: (request: ServerRequest) => void;
  /** The connection is gone; the next attempt comes by itself unless `sentAway`. */
  readonly onGone: (problem: string, sentAway: SentAway | null) => void;
  readonly log: Log;
  readonly random: () => number;
}

/** Sign-in has to be complete in this time. */
const signInMs = 15_000;
/** A connection that has lasted this long starts the back-off anew. */
const stableMs = 10_000;
/** A silent server is given up after so many heartbeats. */
const missedHeartbeats = 3;
/** A timer that is set for longer fires at once. */
const longestMs = 2 ** 31 - 1;

/** Keeps one connection to the server: signs in, notices a dead peer, comes back with growing pauses. */
export class Connection {
  readonly #options: ConnectionOptions;
  #socket: WebSocket | null = null;
  #isSignedIn = false;
  #attempt = 0;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Connects, and again whenever the connection is lost. */
  start(): void {
    if (this.#isStopped) return;
    const { identity, log } = this.#options;
    const ca = trustedAuthorities(identity);
    const socket = new WebSocket(socketAddress(identity), {
      perMessageDeflate: false,
      maxPayload: limits.serverMessageBytes,
      handshakeTimeout: signInMs,
      ...(ca ? { ca } : {}),
    });
    this.#socket = socket;
    const session = new SignIn(socket, this.#options, (welcome) => {
      this.#isSignedIn = true;
      log('info', 'connected', { server: identity.server });
      this.#options.onSignedIn(welcome);
    });
    const opened = performance.now();
    let problem = 'the connection was closed';
    socket.on('error', (error) => {
      problem = messageOf(error);
    });
    socket.on('close', (code, reason) => {
      session.end();
      this.#isSignedIn = false;
      this.#socket = null;
      if (performance.now() - opened > stableMs) this.#attempt = 0;
      const said =
        session.problem ?? (reason.length > 0 ? `${problem} (${code} ${reason.toString()})` : problem);
      if (session.sentAway) this.#isStopped = true;
      this.#options.onGone(said, session.sentAway);
      this.#comeBack(said);
    });
  }

  /** Sends a message; false when nobody is signed in, and then the message is not kept. */
  send(message: AgentMessage): boolean {
    if (!this.#isSignedIn || this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Closes the connection for good, after what has been sent so far. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (!socket) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.terminate(), 1000);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1001);
    });
  }

  #comeBack(problem: string): void {
    if (this.#isStopped) return;
    const delay = backOffDelay(this.#attempt, this.#options.random(), this.#options.backOff);
    this.#attempt += 1;
    this.#options.log('warn', 'not connected', { problem, againInMs: delay });
    this.#retry = setTimeout(() => this.start(), delay);
  }
}

/** One connection's conversation: challenge, hello, welcome, then requests. */
class SignIn {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #onWelcome: (welcome: Welcome) => void;
  readonly #nonce = randomBytes(32).toString('base64');
  readonly #timer: NodeJS.Timeout;
  #heartbeat: NodeJS.Timeout | undefined;
  #phase: 'challenge' | 'welcome' | 'open' | 'over' = 'challenge';
  #silentFor = 0;
  /** Why this side has ended the conversation. */
  problem: string | null = null;
  sentAway: SentAway | null = null;

  constructor(socket: WebSocket, options: ConnectionOptions, onWelcome: (welcome: Welcome) => void) {
    this.#socket = socket;
    this.#options = options;
    this.#onWelcome = onWelcome;
    this.#timer = setTimeout(
      () => this.#giveUp('the server did not complete the sign-in in time'),
      2 * signInMs,
    );
    socket.on('message', (data, isBinary) => {
      this.#silentFor = 0;
      // Buffer is what the library hands over unless told otherwise.
      this.#take(isBinary || !Buffer.isBuffer(data) ? '' : data.toString());
    });
    socket.on('pong', () => {
      this.#silentFor = 0;
    });
  }

  end(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
  }

  #take(data: string): void {
    if (this.#phase === 'over') return;
    const message = parseMessage(data);
    if (message === null)
      return this.#giveUp('the server sent something that is not a message of the protocol');
    if (message.type === 'goodbye') {
      const { code, reason, retry } = message;
      this.problem = `the server said goodbye: ${reason} (${code})`;
      if (!retry) this.sentAway = { code, reason };
      return this.#close(1000);
    }
    if (message.type === 'challenge' && this.#phase === 'challenge') {
      this.#phase = 'welcome';
      void this.#answer(message.nonce).catch((error: unknown) => this.#giveUp(messageOf(error)));
      return;
    }
    if (message.type === 'welcome' && this.#phase === 'welcome') return this.#enter(message);
    if (this.#phase === 'open' && message.type !== 'challenge' && message.type !== 'welcome') {
      return this.#options.onRequest(message);
    }
    this.#giveUp(`the server sent "${message.type}" at the wrong moment`);
  }

  async #answer(serverNonce: string): Promise<void> {
    const { endpoint, privateKey } = this.#options.identity;
    const said = await this.#options.hello();
    const signature = signText(privateKey, signInText(serverNonce, this.#nonce, endpoint));
    const hello: Hello = {
      type: 'hello',
      protocol: protocolVersion,
      endpoint,
      nonce: this.#nonce,
      signature,
      ...said,
    };
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(hello));
  }

  #enter(welcome: Welcome): void {
    const { endpoint, installationKey } = this.#options.identity;
    const text = welcomeText(this.#nonce, endpoint, welcome.serverTime);
    if (!isSignedBy(installationKey, text, welcome.signature)) {
      return this.#giveUp('the server is not the one that this endpoint is enrolled with: wrong signature');
    }
    clearTimeout(this.#timer);
    this.#phase = 'open';
    this.#heartbeat = setInterval(() => this.#beat(), Math.min(welcome.heartbeatMs, longestMs));
    this.#onWelcome(welcome);
  }

  #beat(): void {
    this.#silentFor += 1;
    if (this.#silentFor > missedHeartbeats) {
      this.problem = 'the server has gone silent';
      this.#socket.terminate();
      return;
    }
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: 'heartbeat' } satisfies AgentMessage));
    this.#socket.ping();
  }

  #giveUp(problem: string): void {
    this.problem ??= problem;
    this.#options.log('error', problem);
    this.#close(1008);
  }

  #close(code: number): void {
    this.#phase = 'over';
    this.#socket.close(code);
    // A peer that does not answer the closing either.
    setTimeout(() => this.#socket.terminate(), 1000).unref();
  }
}

function parseMessage(data: string): ServerMessage | null {
  try {
    return serverMessage.parse(JSON.parse(data));
  } catch {
    return null;
  }
}
