import { activityIdText } from '@patchbay/contracts/activity-order';
import { type ActivityReport, activityReport } from '@patchbay/contracts/agent-protocol';
import { z } from 'zod';
import { messageOf } from './error-code.ts';
import { JournalFile } from './journal-file.ts';
import type { Log } from './log.ts';

/** What is written before an activity starts. Neither parameters nor scripts: the journal holds no secrets. */
const intent = z.strictObject({
  activity: activityIdText,
  kind: z.enum(['script', 'patch', 'interactiveReboot']),
  /** Epoch milliseconds by the server's clock. */
  startedAt: z.int(),
  bootId: z.string(),
  /** End of the order's validity: after it a repeated delivery is refused anyway. */
  expiresAt: z.int(),
});
export type Intent = z.infer<typeof intent>;

const journalLine = z.discriminatedUnion('record', [
  z.strictObject({ record: z.literal('started'), ...intent.shape }),
  z.strictObject({ record: z.literal('finished'), report: activityReport, expiresAt: z.int() }),
  z.strictObject({ record: z.literal('stored'), activity: activityIdText, expiresAt: z.int() }),
]);
type JournalLine = z.infer<typeof journalLine>;

type Entry =
  | { readonly state: 'running'; readonly intent: Intent }
  | { readonly state: 'finished'; readonly report: ActivityReport; readonly expiresAt: number }
  | { readonly state: 'stored'; readonly expiresAt: number };

/** Clocks may be corrected: acknowledged activities are remembered this much longer than their orders are valid. */
const rememberMs = 3_600_000;
const retryEveryMs = 5000;
/** The file is rewritten when it has this many lines and most of them are past. */
const compactAtLines = 1000;

/**
 * The agent's memory on the disk (E-08): which activities it has begun, what they came to, and what the server has
 * acknowledged. An activity that stands in it never starts again.
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #log: Log;
  readonly #entries: Map<string, Entry>;
  #lines: number;
  #retry: NodeJS.Timeout | undefined;
  /** Results that could not be written yet (disk full); they are kept in memory and tried again. */
  readonly #unwritten = new Set<string>();

  private constructor(file: JournalFile, entries: Map<string, Entry>, lines: number, log: Log) {
    this.#file = file;
    this.#entries = entries;
    this.#lines = lines;
    this.#log = log;
  }

  /** Reads what an earlier agent left; lines that a crash or the disk has spoilt are skipped and counted in the log. */
  static async open(path: string, log: Log): Promise<Journal> {
    const { file, lines } = await JournalFile.open(path);
    const entries = new Map<string, Entry>();
    let spoilt = 0;
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed) take(entries, parsed);
      else spoilt += 1;
    }
    if (spoilt > 0) log('warn', 'the journal has lines that cannot be read', { spoilt });
    const journal = new Journal(file, entries, lines.length, log);
    if (lines.length > entries.size) await journal.#compact();
    return journal;
  }

  /** What is known of an activity; undefined when it has never been begun here. */
  stateOf(activity: string): Entry['state'] | undefined {
    return this.#entries.get(activity)?.state;
  }

  /** Everything begun and without a result: after a start of the agent, what a crash has interrupted. */
  running(): Intent[] {
    return [...this.#entries.values()].flatMap((entry) => (entry.state === 'running' ? [entry.intent] : []));
  }

  /** Results that the server has not acknowledged, oldest first. */
  unacknowledged(): ActivityReport[] {
    return [...this.#entries.values()].flatMap((entry) => (entry.state === 'finished' ? [entry.report] : []));
  }

  /** Writes the intent. Rejects when it cannot be put on the disk; then the activity must not start. */
  async start(begun: Intent): Promise<void> {
    await this.#append({ record: 'started', ...begun });
    this.#entries.set(begun.activity, { state: 'running', intent: begun });
  }

  /** Writes the result. It counts even when the disk refuses it: it is kept in memory and written later. */
  async finish(report: ActivityReport, expiresAt: number): Promise<void> {
    this.#entries.delete(report.activity);
    this.#entries.set(report.activity, { state: 'finished', report, expiresAt });
    await this.#appendResult(report.activity);
  }

  /** The server has stored the report: from now on the activity's id is all that is remembered. */
  async acknowledge(activity: string): Promise<void> {
    const entry = this.#entries.get(activity);
    if (entry?.state !== 'finished') return;
    const { expiresAt } = entry;
    this.#entries.set(activity, { state: 'stored', expiresAt });
    this.#unwritten.delete(activity);
    await this.#append({ record: 'stored', activity, expiresAt }).catch((error: unknown) => {
      // Without this line the report is only sent once more.
      this.#log('warn', 'the journal could not be written', { activity, problem: messageOf(error) });
    });
    if (this.#lines > compactAtLines && this.#lines > 4 * this.#entries.size) await this.#compact();
  }

  /** Forgets acknowledged activities whose orders are no longer valid. `now` is the server's clock. */
  forget(now: number): void {
    for (const [activity, entry] of this.#entries) {
      if (entry.state === 'stored' && entry.expiresAt + rememberMs < now) this.#entries.delete(activity);
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#file.close();
  }

  async #append(line: JournalLine): Promise<void> {
    await this.#file.append(JSON.stringify(line));
    this.#lines += 1;
  }

  async #appendResult(activity: string): Promise<void> {
    const entry = this.#entries.get(activity);
    if (entry?.state !== 'finished') return;
    const { report, expiresAt } = entry;
    try {
      await this.#append({ record: 'finished', report, expiresAt });
      this.#unwritten.delete(activity);
    } catch (error) {
      this.#log('error', 'a result could not be written to the journal', {
        activity,
        problem: messageOf(error),
      });
      this.#unwritten.add(activity);
      this.#retry ??= setTimeout(() => void this.#writeAgain(), retryEveryMs).unref();
    }
  }

  async #writeAgain(): Promise<void> {
    this.#retry = undefined;
    await Promise.all([...this.#unwritten].map((activity) => this.#appendResult(activity)));
  }

  async #compact(): Promise<void> {
    try {
      await this.#file.replace(() =>
        [...this.#entries].map(([id, entry]) => JSON.stringify(lineOf(id, entry))),
      );
      this.#lines = this.#entries.size;
      this.#unwritten.clear();
    } catch (error) {
      this.#log('warn', 'the journal could not be rewritten', { problem: messageOf(error) });
    }
  }
}

function parseLine(line: string): JournalLine | null {
  try {
    return journalLine.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

function take(entries: Map<string, Entry>, line: JournalLine): void {
  switch (line.record) {
    case 'started': {
      const { record: _, ...begun } = line;
      if (!entries.has(begun.activity)) entries.set(begun.activity, { state: 'running', intent: begun });
      return;
    }
    case 'finished': {
      const { report, expiresAt } = line;
      if (entries.get(report.activity)?.state === 'stored') return;
      entries.delete(report.activity);
      entries.set(report.activity, { state: 'finished', report, expiresAt });
      return;
    }
    case 'stored':
      entries.set(line.activity, { state: 'stored', expiresAt: line.expiresAt });
  }
}

function lineOf(activity: string, entry: Entry): JournalLine {
  switch (entry.state) {
    case 'running':
      return { record: 'started', ...entry.intent };
    case 'finished':
      return { record: 'finished', report: entry.report, expiresAt: entry.expiresAt };
    case 'stored':
      return { record: 'stored', activity, expiresAt: entry.expiresAt };
  }
}
