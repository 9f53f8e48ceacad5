import { randomBytes } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { order, type StartOrder } from '@patchbay/contracts/activity-order';
import {
  type ActivityReport,
  type AgentMessage,
  type JournalEntry,
  protocolVersion,
  type ServerMessage,
  serverMessage,
} from '@patchbay/contracts/agent-protocol';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import { limits } from '@patchbay/contracts/limits';
import { orderText, signInText, welcomeText } from '@patchbay/contracts/signing-text';
import { WebSocket } from 'ws';
import { answerAtOnce, type ScriptedAnswer, succeeded } from './scripted-answer.ts';
import { createSigner, createVerifier, openPolicy, type ScriptedIdentity } from './scripted-identity.ts';
import { ScriptedOutput } from './scripted-output.ts';

/** How a scripted agent is made. Times in milliseconds. */
export interface ScriptedAgentOptions {
  readonly identity: ScriptedIdentity;
  /** The server's address without a path, such as `http://127.0.0.1:7700`. */
  readonly server: string;
  /** Default: {@link answerAtOnce}; null: the activity never ends by itself. */
  readonly onOrder?: (order: StartOrder) => ScriptedAnswer | null;
  /** Sees every message of the server, after its form was checked. */
  readonly onMessage?: (message: ServerMessage) => void;
  /** Bounds of the pause before it connects again by itself; without them it stays away. */
  readonly comeBack?: { readonly minMs: number; readonly maxMs: number };
  readonly policy?: LocalPolicy;
  /** Each execution appends a line to the file of this folder that is named as the activity. */
  readonly executionsFolder?: string;
}

type Entry =
  | { readonly state: 'running'; readonly startedAt: number; readonly bootId: string; timer?: NodeJS.Timeout }
  | { readonly state: 'finished'; readonly report: ActivityReport }
  | { readonly state: 'stored' };

/**
 * An agent that speaks the real protocol over a real socket, with keys and checks, and plays what activities do.
 * Its journal lives in memory and survives `kill` and `reboot`.
 */
export class ScriptedAgent {
  readonly #options: ScriptedAgentOptions;
  readonly #sign: (text: string) => string;
  readonly #verify: (text: string, signature: string) => boolean;
  readonly #journal = new Map<string, Entry>();
  readonly #output = new ScriptedOutput((message) => this.send(message));
  #socket: WebSocket | null = null;
  /** What the messages go through. */
  #stream: Duplex | null = null;
  #signedIn = false;
  #boots = 1;
  #clockAheadMs = 0;
  #retry: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #stopped = false;
  /** How the server ended the last connection that it ended. */
  goodbye: Extract<ServerMessage, { type: 'goodbye' }> | null = null;
  /** How many orders were not carried out, because they were forged, for another endpoint or expired. */
  refusedOrders = 0;
  /** How many requests for a scan came. */
  scanOrders = 0;
  /** How many times it began an activity. */
  executions = 0;

  constructor(options: ScriptedAgentOptions) {
    this.#options = options;
    this.#sign = createSigner(options.identity.privateKey);
    this.#verify = createVerifier(options.identity.installationKey);
  }

  get endpoint(): string {
    return this.#options.identity.endpoint;
  }

  get isSignedIn(): boolean {
    return this.#signedIn;
  }

  /** Whether the server has confirmed every report and all output. */
  get isSettled(): boolean {
    return this.#output.isStored && this.journal.length === 0;
  }

  get bootId(): string {
    return `boot-${this.#boots}`;
  }

  /** What the server has not acknowledged. */
  get journal(): JournalEntry[] {
    return [...this.#journal].flatMap(([activity, { state }]) =>
      state === 'stored' ? [] : [{ activity, state }],
    );
  }

  /** Resolves when it is signed in; rejects when this attempt fails. */
  connect(): Promise<void> {
    this.lose();
    clearTimeout(this.#retry);
    this.#stopped = false;
    this.goodbye = null;
    const socket = new WebSocket(`${this.#options.server.replace(/^http/, 'ws')}/agent/v1`, {
      perMessageDeflate: false,
      maxPayload: limits.serverMessageBytes,
    });
    this.#socket = socket;
    const nonce = randomBytes(32).toString('base64');
    return new Promise((resolve, reject) => {
      let problem = 'the connection was closed before the sign-in';
      socket.on('upgrade', (response) => {
        if (socket === this.#socket) this.#stream = response.socket;
      });
      socket.on('error', (error) => {
        problem = error.message;
      });
      socket.on('message', (data) => {
        if (socket !== this.#socket || !Buffer.isBuffer(data)) return;
        const message = serverMessage.parse(JSON.parse(data.toString()));
        this.#options.onMessage?.(message);
        if (message.type === 'challenge') this.#answer(message.nonce, nonce);
        else if (message.type === 'welcome') {
          this.#enter(message, nonce);
          resolve();
        } else this.#take(message);
        if (message.type === 'goodbye') problem = `${message.code}: ${message.reason}`;
      });
      socket.on('close', () => {
        reject(new Error(problem));
        if (socket === this.#socket) this.#gone();
      });
    });
  }

  /** Connects once more, as after a short loss of the network. */
  async reconnect(): Promise<void> {
    this.lose();
    await this.connect();
  }

  /** The network is gone: the socket is dropped without a close, and what runs goes on (E-09). */
  lose(): void {
    const socket = this.#socket;
    if (socket === null) return;
    this.#gone();
    socket.terminate();
  }

  /** The agent dies as by `kill -9`: the socket is dropped, and what ran is interrupted (E-08). */
  kill(): void {
    for (const [activity, entry] of this.#journal) {
      if (entry.state === 'running')
        this.#finish(activity, { kind: 'interrupted', reason: 'the agent was killed' });
    }
    this.lose();
  }

  /** The machine boots anew: another boot id, and what ran is interrupted. Comes back only with `comeBack`. */
  reboot(): void {
    this.kill();
    this.#boots += 1;
  }

  /** The disk is lost: it knows nothing of earlier activities. */
  loseJournal(): void {
    for (const entry of this.#journal.values()) if (entry.state === 'running') clearTimeout(entry.timer);
    this.#journal.clear();
  }

  /** Ends an activity that runs; `afterMs` does not count. */
  finish(activity: string, answer: ScriptedAnswer = succeeded): void {
    this.#finish(activity, answer.outcome, answer);
  }

  /** Sends any message, when it is connected; what is said in one breath leaves together. */
  send(message: AgentMessage): void {
    const stream = this.#stream;
    if (stream === null || this.#socket?.readyState !== WebSocket.OPEN) return;
    if (stream.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    this.#socket.send(JSON.stringify(message));
  }

  /** Leaves for good, politely. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.loseJournal();
    const socket = this.#socket;
    if (socket === null || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    await closed;
  }

  #answer(serverNonce: string, nonce: string): void {
    const { endpoint } = this.#options.identity;
    this.send({
      type: 'hello',
      protocol: protocolVersion,
      endpoint,
      nonce,
      signature: this.#sign(signInText(serverNonce, nonce, endpoint)),
      agentVersion: '0.0.0',
      bootId: this.bootId,
      policy: this.#options.policy ?? openPolicy,
      journal: this.journal,
    });
  }

  #enter(welcome: Extract<ServerMessage, { type: 'welcome' }>, nonce: string): void {
    const text = welcomeText(nonce, this.#options.identity.endpoint, welcome.serverTime);
    if (!this.#verify(text, welcome.signature))
      throw new Error('the welcome was not signed by the installation');
    this.#signedIn = true;
    this.#clockAheadMs = welcome.serverTime - Date.now();
    this.#heartbeat = setInterval(() => this.send({ type: 'heartbeat' }), welcome.heartbeatMs);
    for (const activity of this.#journal.keys()) this.#sayAgain(activity);
    this.#output.reconnected();
  }

  #take(message: Exclude<ServerMessage, { type: 'challenge' | 'welcome' }>): void {
    switch (message.type) {
      case 'rebootEventsStored':
        return;
      case 'goodbye':
        this.goodbye = message;
        return;
      case 'reportStored':
        this.#journal.set(message.activity, { state: 'stored' });
        return;
      case 'outputStored':
        return this.#output.stored(message.activity, message.stream, message.offset);
      case 'order':
        return this.#obey(message);
    }
  }

  #obey({ payload, signature }: Extract<ServerMessage, { type: 'order' }>): void {
    const given = order.parse(JSON.parse(payload));
    const now = Date.now() + this.#clockAheadMs;
    const isOurs = given.endpoint === this.#options.identity.endpoint && given.expiresAt > now;
    if (!isOurs || !this.#verify(orderText(payload), signature)) {
      this.refusedOrders += 1;
      return;
    }
    if (given.order === 'scan') this.scanOrders += 1;
    else if (given.order === 'start') this.#start(given);
    else this.#stop(given.activity);
  }

  #start(given: StartOrder): void {
    const { activity } = given;
    if (this.#journal.has(activity)) return this.#sayAgain(activity);
    const startedAt = Date.now() + this.#clockAheadMs;
    const entry: Entry = { state: 'running', startedAt, bootId: this.bootId };
    this.#journal.set(activity, entry);
    this.executions += 1;
    const { executionsFolder, onOrder = answerAtOnce } = this.#options;
    if (executionsFolder !== undefined) appendFileSync(join(executionsFolder, activity), `${startedAt}\n`);
    this.send({ type: 'started', activity, at: startedAt });
    const answer = onOrder(given);
    if (answer === null) return;
    if (answer.afterMs === undefined) this.#finish(activity, answer.outcome, answer);
    else entry.timer = setTimeout(() => this.#finish(activity, answer.outcome, answer), answer.afterMs);
  }

  #stop(activity: string): void {
    const known = this.#journal.get(activity);
    if (known === undefined || known.state === 'running') this.#finish(activity, { kind: 'cancelled' });
    else this.#sayAgain(activity);
  }

  /** Tells what the journal knows, and the server may have missed. */
  #sayAgain(activity: string): void {
    const known = this.#journal.get(activity);
    if (known?.state === 'running') this.send({ type: 'started', activity, at: known.startedAt });
    if (known?.state === 'finished') this.send({ type: 'finished', report: known.report });
  }

  #finish(activity: string, outcome: ActivityReport['outcome'], answer?: ScriptedAnswer): void {
    const known = this.#journal.get(activity);
    if (known?.state === 'running') clearTimeout(known.timer);
    if (known !== undefined && known.state !== 'running') return;
    const report: ActivityReport = {
      activity,
      startedAt: known?.startedAt ?? null,
      finishedAt: Date.now() + this.#clockAheadMs,
      bootId: known?.bootId ?? this.bootId,
      outcome,
      outputBytes: {
        stdout: Buffer.byteLength(answer?.output?.stdout ?? ''),
        stderr: Buffer.byteLength(answer?.output?.stderr ?? ''),
      },
      cutBytes: { stdout: 0, stderr: 0 },
    };
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#output.add(activity, stream, Buffer.from(answer?.output?.[stream] ?? ''));
    }
    this.#journal.set(activity, { state: 'finished', report });
    if (answer?.loses === 'beforeReport') this.lose();
    for (let sent = 0; sent <= (answer?.repeats ?? 0); sent += 1) this.send({ type: 'finished', report });
    if (answer?.loses === 'afterReport') {
      this.#stream?.uncork();
      this.lose();
    }
    if (answer?.rebootsAfterMs !== undefined) setTimeout(() => this.reboot(), answer.rebootsAfterMs);
  }

  #gone(): void {
    this.#signedIn = false;
    this.#socket = null;
    this.#stream = null;
    clearInterval(this.#heartbeat);
    const { comeBack } = this.#options;
    if (comeBack === undefined || this.#stopped || this.goodbye?.retry === false) return;
    const pause = comeBack.minMs + Math.random() * (comeBack.maxMs - comeBack.minMs);
    this.#retry = setTimeout(() => {
      // A failed attempt is followed by the next one.
      this.connect().catch(() => undefined);
    }, pause);
  }
}
