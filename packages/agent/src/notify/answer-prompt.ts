import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { RebootAnswer } from '@patchbay/domain/reboot/notification-view';
import { z } from 'zod';
import { hasCode } from '../error-code.ts';
import type { RunTool } from './linux-session.ts';

/** What a terminal's user can see of the notification that waits for an answer. */
const prompt = z.strictObject({
  /** The notification's id: an answer to another one is stale. */
  view: z.string(),
  title: z.string(),
  body: z.string(),
  buttons: z.array(
    z.strictObject({
      answer: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('rebootNow') }),
        z.strictObject({ kind: z.literal('snooze'), choice: z.int().min(0) }),
        z.strictObject({ kind: z.literal('cancel') }),
      ]),
      label: z.string(),
    }),
  ),
});
export type Prompt = z.infer<typeof prompt>;

/** `button`: an index into the prompt's buttons. */
const given = z.strictObject({ view: z.string(), button: z.int().min(0) });

/** A session's id as the name of a file. */
const sessionName = /^[A-Za-z0-9-]{1,64}$/;
/** What is written into a pipe at once comes out at once, up to here. */
const pipeBytes = 4096;
const promptBytes = 65_536;

/** Where the agent that runs as `uid` waits for answers; an agent of a plain user has a place of its own. */
export function promptDirectory(uid: number): string {
  return uid === 0 ? '/run/patchbay-agent/prompts' : `/run/user/${uid}/patchbay-agent/prompts`;
}

/** A prompt that waits for the answer of one user. */
export interface OfferedPrompt {
  /** The answer that has come, if there is one to this prompt; all others are dropped. */
  take(): RebootAnswer | null;
  withdraw(): void;
}

/**
 * Offers a prompt to the user of a session: a file that this user can read and, beside it, a pipe that only this
 * user can write into, both in a directory of the agent's. So the system itself says who answered, and there is
 * nothing that a user could link elsewhere or fill up.
 *
 * @throws when they cannot be made
 */
export async function offerPrompt(
  runTool: RunTool,
  root: string,
  user: { uid: number; session: string },
  content: Prompt,
): Promise<OfferedPrompt> {
  if (!sessionName.test(user.session)) throw new Error(`${user.session} is no name of a session`);
  const home = join(root, String(user.uid));
  makePassable(home);
  const file = join(home, user.session);
  const pipe = pipeOf(file);
  rmSync(pipe, { force: true });
  const { code, stderr } = await runTool('mkfifo', ['--mode=600', '--', pipe], { timeoutMs: 10_000 });
  if (code !== 0) throw new Error(`mkfifo: ${stderr.trim()}`);
  // Open for both, it has a reader for as long as the prompt is there and never comes to its end.
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const draft = join(home, `.${randomUUID()}`);
  writeFileSync(draft, JSON.stringify(content), { mode: 0o400, flag: 'wx' });
  if (process.getuid?.() === 0) for (const path of [pipe, draft]) chownSync(path, user.uid, -1);
  renameSync(draft, file);
  return {
    take: () => {
      for (const line of readAvailable(descriptor).split('\n').filter(Boolean)) {
        const answer = parse(given, line);
        const button = answer?.view === content.view ? content.buttons[answer.button] : undefined;
        if (button) return button.answer;
      }
      return null;
    },
    withdraw: () => {
      closeSync(descriptor);
      for (const path of [file, pipe]) rmSync(path, { force: true });
    },
  };
}

/** Makes a directory that every user can read: the agent's umask may take away what they need to pass. */
export function makePassable(directory: string): void {
  const first = mkdirSync(directory, { recursive: true });
  if (first === undefined) return;
  for (let made = directory; made.length >= first.length; made = dirname(made)) chmodSync(made, 0o755);
}

/** The prompts that wait for a user, by session: those of the system's agent, or of one of this user's own. */
export function waitingPrompts(root: string, uid: number): Map<string, Prompt> {
  const home = join(root, String(uid));
  const found = new Map<string, Prompt>();
  if (![0, uid].includes(directoryOwner(home) ?? -1)) return found;
  for (const session of readdirSync(home).toSorted()) {
    const content = sessionName.test(session) ? parse(prompt, readSmall(join(home, session))) : null;
    if (content !== null) found.set(session, content);
  }
  return found;
}

/** Answers a prompt of a user's session. Says no when nobody waits for it any more. */
export function giveAnswer(
  root: string,
  user: { uid: number; session: string },
  answer: { view: string; button: number },
): boolean {
  let descriptor: number;
  try {
    const pipe = pipeOf(join(root, String(user.uid), user.session));
    descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENXIO')) return false;
    throw error;
  }
  try {
    if (!fstatSync(descriptor).isFIFO()) return false;
    writeSync(descriptor, `${JSON.stringify(answer)}\n`);
    return true;
  } finally {
    closeSync(descriptor);
  }
}

const pipeOf = (file: string): string => `${file}.answer`;

function readAvailable(descriptor: number): string {
  const bytes = Buffer.alloc(pipeBytes);
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes));
  } catch (error) {
    if (hasCode(error, 'EAGAIN')) return '';
    throw error;
  }
}

function readSmall(path: string): string {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const bytes = Buffer.alloc(promptBytes);
      return fstatSync(descriptor).isFile() ? bytes.toString('utf8', 0, readSync(descriptor, bytes)) : '';
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Withdrawn meanwhile.
    return '';
  }
}

function directoryOwner(directory: string): number | null {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  return found?.isDirectory() ? found.uid : null;
}

function parse<T>(schema: z.ZodType<T>, text: string): T | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
