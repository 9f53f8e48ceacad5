import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';

type Stream = 'stdout' | 'stderr';
type Progress = { readonly data: Buffer; sent: number; stored: number };

/** Sends the output of a scripted agent's activities: in order, within the protocol's window, from where the server is. */
export class ScriptedOutput {
  readonly #send: (message: AgentMessage) => void;
  readonly #streams = new Map<string, { activity: string; stream: Stream; progress: Progress }>();

  constructor(send: (message: AgentMessage) => void) {
    this.#send = send;
  }

  /** Whether everything is stored. */
  get isStored(): boolean {
    return this.#streams.size === 0;
  }

  add(activity: string, stream: Stream, data: Buffer): void {
    if (data.length === 0) return;
    this.#streams.set(`${activity} ${stream}`, { activity, stream, progress: { data, sent: 0, stored: 0 } });
    this.#pump();
  }

  /** The server has confirmed everything up to `offset`. */
  stored(activity: string, stream: Stream, offset: number): void {
    const known = this.#streams.get(`${activity} ${stream}`);
    if (!known) return;
    const { progress } = known;
    if (offset < progress.stored) progress.sent = offset;
    progress.stored = Math.min(offset, progress.data.length);
    progress.sent = Math.max(progress.sent, progress.stored);
    if (progress.stored === progress.data.length) this.#streams.delete(`${activity} ${stream}`);
    this.#pump();
  }

  /** A new connection: what was under way may be lost. */
  reconnected(): void {
    for (const { progress } of this.#streams.values()) progress.sent = progress.stored;
    this.#pump();
  }

  #pump(): void {
    let room = limits.outputWindowBytes;
    for (const { progress } of this.#streams.values()) room -= progress.sent - progress.stored;
    for (const { activity, stream, progress } of this.#streams.values()) {
      while (room > 0 && progress.sent < progress.data.length) {
        const offset = progress.sent;
        const part = progress.data.subarray(offset, offset + Math.min(room, limits.outputChunkBytes));
        this.#send({ type: 'output', activity, stream, offset, data: part.toString('base64') });
        progress.sent += part.length;
        room -= part.length;
      }
    }
  }
}
