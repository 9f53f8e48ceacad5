import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Order, RebootWork, ScriptWork, StartOrder } from '@patchbay/contracts/activity-order';
import { type ActivityReport, type AgentMessage, agentMessage } from '@patchbay/contracts/agent-protocol';
import { orderText, signInText, welcomeText } from '@patchbay/contracts/signing-text';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { waitFor } from '@patchbay/testkit/wait-for';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../src/config.ts';
import { generateKey, isSignedBy, signText } from '../src/keys.ts';

type Of<Type extends AgentMessage['type']> = Extract<AgentMessage, { type: Type }>;

/** What the server does of itself; a test switches it off to play the server's part in another way. */
interface Habits {
  acknowledgesReports: boolean;
  acknowledgesOutput: boolean;
  acknowledgesRebootEvents: boolean;
  /** Signs the welcome with a key of its own: an impostor. */
  isImpostor: boolean;
  /** Sends this instead of the challenge. */
  firstMessage: string | null;
  goodbye: { code: string; reason: string; retry: boolean } | null;
  heartbeatMs: number;
  scanEveryMs: number;
}

/**
 * A server for one agent, small enough to be seen through: it signs in, records what the agent says, acknowledges it,
 * and sends the orders that a test wants. It keeps its port when it is stopped and started again.
 */
export class ScriptedServer {
  readonly habits: Habits = {
    acknowledgesReports: true,
    acknowledgesOutput: true,
    acknowledgesRebootEvents: true,
    isImpostor: false,
    firstMessage: null,
    goodbye: null,
    heartbeatMs: 30_000,
    scanEveryMs: 3_600_000,
  };
  /** Everything that agents have sent on all connections, each valid by the protocol. */
  readonly received: AgentMessage[] = [];
  readonly endpoint = randomUUID();
  connections = 0;
  readonly #installation = generateKey();
  readonly #agent = generateKey();
  readonly #stored = new Map<string, Buffer>();
  readonly #rebootEvents = new Map<string, RebootEvent[]>();
  #http: Server | null = null;
  #port = 0;
  #socket: WebSocket | null = null;
  readonly #all = new Set<WebSocket>();

  /** A server that is stopped when the test is over. */
  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    await server.listen();
    onTestFinished(() => server.stop());
    return server;
  }

  async listen(): Promise<void> {
    this.#http = createServer();
    const sockets = new WebSocketServer({ server: this.#http, path: '/agent/v1', perMessageDeflate: false });
    sockets.on('connection', (socket) => this.#talk(socket));
    this.#http.listen(this.#port, '127.0.0.1');
    await once(this.#http, 'listening');
    this.#port = (this.#http.address() as AddressInfo).port;
  }

  /** Cuts the connection without a word and lets nobody in. */
  async stop(): Promise<void> {
    const http = this.#http;
    this.#http = null;
    if (!http) return;
    for (const socket of this.#all) socket.terminate();
    http.close();
    http.closeAllConnections();
    await once(http, 'close');
  }

  /** Answers nothing more on the present connection, not even a ping, and leaves it open. */
  freeze(): void {
    this.#socket?.pause();
    this.#socket = null;
  }

  disconnect(): void {
    this.#socket?.terminate();
    this.#socket = null;
  }

  /** What the agent would have kept of its enrolment here. */
  identity(): Identity {
    return {
      endpoint: this.endpoint,
      name: 'endpoint',
      server: `http://127.0.0.1:${this.#port}`,
      allowPlainHttp: false,
      ca: null,
      privateKey: this.#agent.privateKey,
      installationKey: this.#installation.publicKey,
    };
  }

  get isConnected(): boolean {
    return this.#socket !== null;
  }

  of<Type extends AgentMessage['type']>(type: Type): Of<Type>[] {
    return this.received.filter((message): message is Of<Type> => message.type === type);
  }

  /** The reports of one activity, in the order in which they came. */
  reports(activity: string): ActivityReport[] {
    return this.of('finished').flatMap(({ report }) => (report.activity === activity ? [report] : []));
  }

  /** The stored output of one stream. */
  output(activity: string, stream: 'stdout' | 'stderr' = 'stdout'): string {
    return (this.#stored.get(`${activity} ${stream}`) ?? Buffer.alloc(0)).toString();
  }

  connected(): Promise<true> {
    return waitFor(() => this.isConnected, { what: 'the agent’s sign-in' });
  }

  async reported(activity: string): Promise<ActivityReport> {
    return waitFor(() => this.reports(activity).at(-1), {
      what: `the report of ${activity}`,
    });
  }

  sendRaw(text: string): void {
    this.#socket?.send(text);
  }

  /** Sends an order, signed by the installation or by another key. */
  send(order: Order, key = this.#installation.privateKey): void {
    const payload = JSON.stringify(order);
    this.sendRaw(JSON.stringify({ type: 'order', payload, signature: signText(key, orderText(payload)) }));
  }

  /** An order to run a shell script. */
  scriptOrder(activity: string, content: string, changes: Partial<ScriptWork> = {}): StartOrder {
    return {
      ...this.#envelope(),
      order: 'start',
      activity,
      rehearsal: false,
      work: {
        kind: 'script',
        reboots: false,
        interpreter: 'sh',
        content,
        environment: {},
        secretNames: [],
        runAs: null,
        timeoutMs: 60_000,
        outputLimitBytes: 100_000,
        ...changes,
      },
    };
  }

  patchOrder(activity: string, simulate: boolean): StartOrder {
    return {
      ...this.#envelope(),
      order: 'start',
      activity,
      rehearsal: simulate,
      work: {
        kind: 'patch',
        simulate,
        selection: { which: 'all', ids: [], exclude: [] },
        lockWaitMs: 1000,
        timeoutMs: 60_000,
        outputLimitBytes: 100_000,
      },
    };
  }

  rebootOrder(activity: string, work: RebootWork): StartOrder {
    return { ...this.#envelope(), order: 'start', activity, rehearsal: false, work };
  }

  /** What was stored of a flow of Interactive Reboot, in order. */
  rebootEvents(flow: string): readonly RebootEvent[] {
    return this.#rebootEvents.get(flow) ?? [];
  }

  stopOrder(activity: string): Order {
    return { ...this.#envelope(), order: 'stop', activity };
  }

  scanOrder(): Order {
    return { ...this.#envelope(), order: 'scan' };
  }

  #envelope(): { endpoint: string; issuedAt: number; expiresAt: number } {
    return { endpoint: this.endpoint, issuedAt: Date.now(), expiresAt: Date.now() + 600_000 };
  }

  #talk(socket: WebSocket): void {
    this.connections += 1;
    this.#all.add(socket);
    const nonce = randomBytes(32).toString('base64');
    socket.on('message', (data) => {
      const message = agentMessage.parse(JSON.parse((data as Buffer).toString()));
      this.received.push(message);
      if (message.type === 'hello') this.#welcome(socket, nonce, message);
      else this.#answer(socket, message);
    });
    socket.on('close', () => {
      this.#all.delete(socket);
      if (this.#socket === socket) this.#socket = null;
    });
    socket.send(this.habits.firstMessage ?? JSON.stringify({ type: 'challenge', protocol: 1, nonce }));
  }

  #welcome(socket: WebSocket, serverNonce: string, { nonce, signature }: Of<'hello'>): void {
    if (this.habits.goodbye) {
      socket.send(JSON.stringify({ type: 'goodbye', ...this.habits.goodbye }));
      socket.close();
      return;
    }
    if (!isSignedBy(this.#agent.publicKey, signInText(serverNonce, nonce, this.endpoint), signature)) {
      throw new Error('the agent has not signed the challenge');
    }
    const { heartbeatMs, scanEveryMs, isImpostor } = this.habits;
    const serverTime = Date.now();
    const key = isImpostor ? generateKey().privateKey : this.#installation.privateKey;
    const proof = signText(key, welcomeText(nonce, this.endpoint, serverTime));
    this.#socket = socket;
    socket.send(JSON.stringify({ type: 'welcome', serverTime, signature: proof, heartbeatMs, scanEveryMs }));
  }

  #answer(socket: WebSocket, message: AgentMessage): void {
    if (message.type === 'finished' && this.habits.acknowledgesReports) {
      socket.send(JSON.stringify({ type: 'reportStored', activity: message.report.activity }));
    }
    if (message.type === 'rebootEvents' && this.habits.acknowledgesRebootEvents) {
      const { flow, from, events } = message;
      const known = this.#rebootEvents.get(flow) ?? [];
      if (from <= known.length) {
        this.#rebootEvents.set(flow, [...known, ...events.slice(known.length - from)]);
      }
      socket.send(
        JSON.stringify({ type: 'rebootEventsStored', flow, count: this.rebootEvents(flow).length }),
      );
    }
    if (message.type === 'output') {
      const { activity, stream, offset, data } = message;
      const key = `${activity} ${stream}`;
      const known = this.#stored.get(key) ?? Buffer.alloc(0);
      const bytes = Buffer.from(data, 'base64');
      if (offset <= known.length) {
        this.#stored.set(key, Buffer.concat([known, bytes.subarray(known.length - offset)]));
      }
      const stored = this.#stored.get(key)?.length ?? 0;
      if (this.habits.acknowledgesOutput) {
        socket.send(JSON.stringify({ type: 'outputStored', activity, stream, offset: stored }));
      }
    }
  }
}
