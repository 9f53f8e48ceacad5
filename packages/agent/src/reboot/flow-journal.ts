import { activityIdText } from '@patchbay/contracts/activity-order';
import { rebootSettings } from '@patchbay/contracts/reboot';
import { rebootEvent } from '@patchbay/contracts/reboot-event';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { z } from 'zod';
import { messageOf } from '../error-code.ts';
import { JournalFile } from '../journal-file.ts';
import type { Log } from '../log.ts';

const flowLine = z.discriminatedUnion('record', [
  z.strictObject({ record: z.literal('flow'), flow: activityIdText, settings: rebootSettings }),
  z.strictObject({ record: z.literal('event'), flow: activityIdText, event: rebootEvent }),
  z.strictObject({ record: z.literal('stored'), flow: activityIdText, count: z.int().min(0) }),
]);
type FlowLine = z.infer<typeof flowLine>;

/** What is on the disk of one flow: its settings, everything that has happened, and how much of it the server has. */
export interface RecordedFlow {
  readonly settings: RebootSettings;
  readonly events: readonly RebootEvent[];
  readonly stored: number;
}

interface Entry extends RecordedFlow {
  readonly events: RebootEvent[];
  stored: number;
}

/** The agent's memory of its flows: an event is on the disk before anything is done because of it. */
export class FlowJournal {
  readonly #file: JournalFile;
  readonly #flows: Map<string, Entry>;
  readonly #log: Log;

  private constructor(file: JournalFile, flows: Map<string, Entry>, log: Log) {
    this.#file = file;
    this.#flows = flows;
    this.#log = log;
  }

  /** Reads what an earlier agent left; lines that the disk has spoilt are skipped, and the log says so. */
  static async open(path: string, log: Log): Promise<FlowJournal> {
    const { file, lines } = await JournalFile.open(path);
    const flows = new Map<string, Entry>();
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed === null) log('error', 'the journal of Interactive Reboot has a line that cannot be read');
      else take(flows, parsed);
    }
    return new FlowJournal(file, flows, log);
  }

  get flows(): ReadonlyMap<string, RecordedFlow> {
    return this.#flows;
  }

  /** Writes the beginning of a flow. Rejects when it cannot be put on the disk; then the flow must not begin. */
  async begin(flow: string, settings: RebootSettings, event: RebootEvent): Promise<void> {
    const head = this.#file.append(line({ record: 'flow', flow, settings: rebootSettings.parse(settings) }));
    await Promise.all([head, this.#file.append(eventLine(flow, event))]);
    this.#flows.set(flow, { settings, events: [event], stored: 0 });
  }

  /** Writes an event. Rejects when it cannot be put on the disk; then it must not be acted on. */
  async append(flow: string, event: RebootEvent): Promise<void> {
    await this.#file.append(eventLine(flow, event));
    this.#flows.get(flow)?.events.push(event);
  }

  /** The server has the first `count` events. */
  async stored(flow: string, count: number): Promise<void> {
    const entry = this.#flows.get(flow);
    if (entry === undefined || count <= entry.stored) return;
    entry.stored = Math.min(count, entry.events.length);
    await this.#file.append(line({ record: 'stored', flow, count: entry.stored })).catch((error: unknown) => {
      // Without this line the events are only sent once more.
      this.#log('warn', 'the journal of Interactive Reboot could not be written', {
        problem: messageOf(error),
      });
    });
  }

  /** Forgets a flow that is over and whose events are all stored. */
  async forget(flow: string): Promise<void> {
    this.#flows.delete(flow);
    await this.#file
      .replace(() => [...this.#flows].flatMap(linesOf))
      .catch((error: unknown) => {
        this.#log('warn', 'the journal of Interactive Reboot could not be rewritten', {
          problem: messageOf(error),
        });
      });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function line(value: FlowLine): string {
  return JSON.stringify(value);
}

function eventLine(flow: string, event: RebootEvent): string {
  return line({ record: 'event', flow, event: rebootEvent.parse(event) });
}

function linesOf([flow, { settings, events, stored }]: [string, Entry]): string[] {
  const head = line({ record: 'flow', flow, settings: rebootSettings.parse(settings) });
  return [
    head,
    ...events.map((event) => eventLine(flow, event)),
    line({ record: 'stored', flow, count: stored }),
  ];
}

function parseLine(text: string): FlowLine | null {
  try {
    return flowLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function take(flows: Map<string, Entry>, record: FlowLine): void {
  if (record.record === 'flow') {
    flows.set(record.flow, { settings: record.settings, events: [], stored: 0 });
    return;
  }
  const entry = flows.get(record.flow);
  if (record.record === 'event') entry?.events.push(record.event);
  else if (entry) entry.stored = Math.min(record.count, entry.events.length);
}
