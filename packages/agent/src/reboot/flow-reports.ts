import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { rebootEvent } from '@patchbay/contracts/reboot-event';
import type { FlowJournal } from './flow-journal.ts';

/** Tells the server what happened in flows until it has all of it, however long that takes. */
export class FlowReports {
  readonly #journal: FlowJournal;
  readonly #send: (message: AgentMessage) => boolean;
  /** How many events of each flow were sent on this connection. */
  readonly #sent = new Map<string, number>();

  constructor(journal: FlowJournal, send: (message: AgentMessage) => boolean) {
    this.#journal = journal;
    this.#send = send;
  }

  /** Sends what the server does not have, from its last answer on. */
  reconnected(): void {
    this.#sent.clear();
    this.tell();
  }

  /** Sends what has not been sent yet. */
  tell(): void {
    for (const [flow, { events, stored }] of this.#journal.flows) {
      let from = Math.max(stored, this.#sent.get(flow) ?? 0);
      while (from < events.length) {
        const part = events.slice(from, from + limits.rebootEventsPerMessage);
        const message: AgentMessage = {
          type: 'rebootEvents',
          flow,
          from,
          events: part.map((event) => rebootEvent.parse(event)),
        };
        if (!this.#send(message)) return;
        from += part.length;
        this.#sent.set(flow, from);
      }
    }
  }

  /** The server has the first `count` events; answers whether it has all that there are. */
  async stored(flow: string, count: number): Promise<boolean> {
    const known = this.#journal.flows.get(flow);
    if (known === undefined) return false;
    await this.#journal.stored(flow, count);
    return count >= known.events.length;
  }
}
