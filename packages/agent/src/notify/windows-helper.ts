import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { z } from 'zod';
import { cleanText } from '../clean-text.ts';

/** How `patchbay-helper.exe` is started: its path, after whatever has to come before it. */
export type WindowsHelper = readonly [string, ...string[]];

/** What the helper reports, one JSON object a line. Parts of it come from processes of the user: nothing is trusted. */
const helperEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('shown'),
    as: z.enum(['popup', 'toast']),
    insteadOfToast: z.string().max(1000).optional(),
  }),
  z.object({ event: z.literal('answered'), button: z.int().min(0) }),
  z.object({ event: z.literal('closed'), why: z.enum(['withdrawn', 'expired', 'dismissed']) }),
  z.object({ event: z.literal('failed'), reason: z.string() }),
  z.object({
    event: z.literal('session'),
    id: z.int().min(0),
    user: z.string(),
    active: z.boolean(),
    locked: z.boolean(),
    console: z.boolean(),
    /** What a process of that user has told about the desktop, unread. */
    desktop: z.string().nullable(),
  }),
  z.object({
    event: z.literal('version'),
    major: z.int(),
    minor: z.int(),
    build: z.int(),
    isServer: z.boolean(),
    /** Goes up with every boot. */
    bootNumber: z.int().min(0),
  }),
  z.object({
    event: z.enum(['listed', 'registered', 'unregistered', 'scheduled', 'unscheduled']),
    shortcut: z.string().optional(),
  }),
]);
export type HelperEvent = z.infer<typeof helperEvent>;

const mostBytes = 256 * 1024;
const commandLimitMs = 60_000;

/** A helper that is running; `ended` tells why it came to its end in words, null for exit code 0. Never rejects. */
export interface RunningHelper {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<string | null>;
}

/** Starts the helper and hands on what it reports; one that reports nonsense or without end is ended. */
export function startHelper(
  [program, ...before]: WindowsHelper,
  args: readonly string[],
  onEvent: (event: HelperEvent) => void,
): RunningHelper {
  const child = spawn(program, [...before, ...args], { stdio: 'pipe', windowsHide: true });
  let text = '';
  let bytes = 0;
  let trouble: string | null = null;
  let words = '';
  const giveUp = (why: string): void => {
    trouble ??= why;
    child.kill('SIGKILL');
  };
  // It may end before it has read everything.
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    words = `${words}${part}`.slice(-500);
  });
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    bytes += part.length;
    if (trouble !== null) return;
    if (bytes > mostBytes) return giveUp('the helper reported without end');
    const lines = `${text}${part}`.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const event = parseEvent(line);
      if (event === null) return giveUp(`the helper reported what is not known: ${cleanText(line, 200)}`);
      onEvent(event);
    }
  });
  const ended = new Promise<string | null>((resolve) => {
    child.on('error', (error) => resolve(`the helper could not be started: ${error.message}`));
    child.on('close', (code, signal) => {
      const said = words.trim() === '' ? '' : `: ${cleanText(words.trim(), 500)}`;
      const crash = code === 0 ? null : `the helper ended with ${signal ?? `exit code ${code}`}${said}`;
      resolve(trouble ?? crash);
    });
  });
  return { child, ended };
}

/** Runs a command of the helper to its end and answers its reports. Rejects with what failed, in words. */
export async function askHelper(helper: WindowsHelper, args: readonly string[]): Promise<HelperEvent[]> {
  const events: HelperEvent[] = [];
  const { child, ended } = startHelper(helper, args, (event) => events.push(event));
  child.stdin.end();
  const limit = setTimeout(() => child.kill('SIGKILL'), commandLimitMs);
  const trouble = await ended;
  clearTimeout(limit);
  const failed = events.find((event) => event.event === 'failed');
  if (failed !== undefined) throw new Error(cleanText(failed.reason, 1000));
  if (trouble !== null) throw new Error(trouble);
  return events;
}

function parseEvent(line: string): HelperEvent | null {
  try {
    return helperEvent.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
