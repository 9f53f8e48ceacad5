import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { activityIdText } from '@patchbay/contracts/activity-order';
import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { type OutputStream, outputStreams, SpoolReader } from './spool.ts';

/** How long output is gathered before it is sent. */
const gatherMs = 50;

interface StreamState {
  reader: SpoolReader;
  /** Up to here the server has it. */
  stored: number;
  /** Up to here it is on its way. */
  sent: number;
}

interface ActivityOutput {
  readonly folder: string;
  isComplete: boolean;
  readonly streams: Record<OutputStream, StreamState>;
}

/**
 * Sends spooled output to the server (O-02): in order, in chunks, with at most the protocol's window on its way for
 * all activities together. After a reconnection it goes on where the server has confirmed, and a spool is deleted
 * when all of it is stored. The report of an activity does not wait for its output.
 */
export class OutputSender {
  readonly #root: string;
  /** Answers false when there is no connection. */
  readonly #send: (message: AgentMessage) => boolean;
  readonly #activities = new Map<string, ActivityOutput>();
  #isGathering = false;

  constructor(root: string, send: (message: AgentMessage) => boolean) {
    this.#root = root;
    this.#send = send;
  }

  /** Takes up what an earlier agent has left. */
  restore(): void {
    for (const activity of readdirSync(this.#root).toSorted()) {
      if (!activityIdText.safeParse(activity).success) continue;
      this.begin(activity);
      this.complete(activity);
    }
  }

  /** Output of this activity is being spooled from now on. */
  begin(activity: string): void {
    const folder = join(this.#root, activity);
    const stream = (name: OutputStream): StreamState => ({
      reader: new SpoolReader(folder, name, false),
      stored: 0,
      sent: 0,
    });
    this.#activities.set(activity, {
      folder,
      isComplete: false,
      streams: { stdout: stream('stdout'), stderr: stream('stderr') },
    });
  }

  /** There is more in the spool; what is printed line by line goes out together. */
  grown(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    setTimeout(() => {
      this.#isGathering = false;
      for (const { folder, isComplete, streams } of this.#activities.values()) {
        if (isComplete) continue;
        for (const stream of outputStreams) streams[stream].reader = new SpoolReader(folder, stream, false);
      }
      this.pump();
    }, gatherMs).unref();
  }

  /** Nothing more comes into the spool. */
  complete(activity: string): void {
    const output = this.#activities.get(activity);
    if (!output) return;
    output.isComplete = true;
    for (const stream of outputStreams) {
      output.streams[stream].reader = new SpoolReader(output.folder, stream, true);
    }
    this.#dropIfStored(activity, output);
    this.pump();
  }

  /** A new connection: what was on its way may be lost. */
  reconnected(): void {
    for (const { streams } of this.#activities.values()) {
      for (const stream of outputStreams) streams[stream].sent = streams[stream].stored;
    }
    this.pump();
  }

  /** The server has stored a stream up to `offset`; an offset below an earlier one means that it has lost some. */
  stored(activity: string, stream: OutputStream, offset: number): void {
    const output = this.#activities.get(activity);
    if (!output) return;
    const state = output.streams[stream];
    const known = Math.min(offset, state.reader.length);
    if (known < state.stored) state.sent = known;
    state.stored = known;
    state.sent = Math.max(state.sent, known);
    this.#dropIfStored(activity, output);
    this.pump();
  }

  /** Sends as much as the window allows, oldest activity first. */
  pump(): void {
    let room = limits.outputWindowBytes - this.#underWay();
    for (const [activity, { streams }] of this.#activities) {
      for (const stream of outputStreams) {
        const state = streams[stream];
        while (room > 0 && state.sent < state.reader.length) {
          const data = state.reader.read(state.sent, Math.min(limits.outputChunkBytes, room));
          const offset = state.sent;
          const isSent =
            data.length > 0 &&
            this.#send({ type: 'output', activity, stream, offset, data: data.toString('base64') });
          if (!isSent) return;
          state.sent += data.length;
          room -= data.length;
        }
      }
    }
  }

  #underWay(): number {
    return [...this.#activities.values()]
      .flatMap(({ streams }) => outputStreams.map((stream) => streams[stream].sent - streams[stream].stored))
      .reduce((sum, bytes) => sum + bytes, 0);
  }

  #dropIfStored(activity: string, { folder, isComplete, streams }: ActivityOutput): void {
    const isStored = outputStreams.every((stream) => streams[stream].stored >= streams[stream].reader.length);
    if (!isComplete || !isStored) return;
    this.#activities.delete(activity);
    rmSync(folder, { recursive: true, force: true });
  }
}
