import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answerWords } from '@patchbay/domain/reboot/answer-words';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { hasCode, messageOf } from '../error-code.ts';
import { type OfferedPrompt, offerPrompt, type Prompt } from './answer-prompt.ts';
import type { LinuxSession, RunTool } from './linux-session.ts';
import type { NotificationEnd, ShowOptions } from './notifier.ts';
import { plainLine, plainText } from './plain-text.ts';

export interface TerminalShowing extends ShowOptions {
  readonly runTool: RunTool;
  /** Where prompts are offered, see `promptDirectory`. */
  readonly prompts: string;
  /** Whether the session still is an active one when its answer comes. */
  readonly isActive: () => Promise<boolean>;
  readonly staysMs: number;
  readonly lookEveryMs: number;
  /** The devices' directory: `/dev`. */
  readonly devices: string;
}

/**
 * Writes a view to the terminal of a session and waits for what its user answers with `patchbay reboot-answer`. It
 * counts as shown when the terminal took the whole text; a stopped or dead terminal takes none.
 */
export async function showOnTerminal(
  view: NotificationView,
  session: LinuxSession,
  options: TerminalShowing,
): Promise<NotificationEnd> {
  const { signal, runTool, prompts } = options;
  const { uid, id, tty } = session;
  const prompt: Prompt = { view: view.id, title: view.title, body: view.body, buttons: [...view.buttons] };
  let offered: OfferedPrompt | null = null;
  try {
    offered = await offerPrompt(runTool, prompts, { uid, session: id }, prompt);
    if (signal.aborted) return { kind: 'closed' };
    writeTerminal(options.devices, session, terminalText(view));
    options.onShown();
    return await waitForAnswer(offered, options);
  } catch (error) {
    return { kind: 'failed', reason: `the terminal ${tty} cannot be used: ${messageOf(error)}` };
  } finally {
    offered?.withdraw();
  }
}

/** What a terminal shows of a view: how to answer stands before each answer. */
export function terminalText(view: NotificationView): string {
  const rule = '─'.repeat(72);
  const answers = view.buttons.map(({ label }, index): [string, string] => [
    `patchbay reboot-answer ${answerWords(view.buttons, index).join(' ')}`,
    plainLine(label),
  ]);
  const width = Math.max(0, ...answers.map(([command]) => command.length));
  const lines = [
    '',
    rule,
    ` ${[plainLine(view.company) || 'Patchbay', plainLine(view.title)].join(': ')}`,
    '',
    ...plainText(view.body)
      .split('\n')
      .map((line) => ` ${line}`),
    ...(answers.length > 0 ? [''] : []),
    ...answers.map(([command, label]) => `   ${command.padEnd(width)}   ${label}`),
    rule,
    '',
  ];
  // Whatever mode the terminal is in, each line begins at its left; the bell draws the eye.
  return `\u0007\r${lines.map((line) => line.trimEnd()).join('\r\n')}`;
}

function writeTerminal(devices: string, { tty, uid }: LinuxSession, text: string): void {
  if (tty === null || !/^(?:pts\/)?[A-Za-z0-9]+$/.test(tty)) throw new Error('it is no terminal');
  const { O_WRONLY, O_NOCTTY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const device = openSync(join(devices, tty), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const found = fstatSync(device);
    if (!found.isCharacterDevice() || found.uid !== uid) throw new Error('it is not a terminal of this user');
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(device, bytes, done);
  } catch (error) {
    if (hasCode(error, 'EAGAIN')) throw new Error('it is stopped and takes no text');
    throw error;
  } finally {
    closeSync(device);
  }
}

async function waitForAnswer(
  prompt: OfferedPrompt,
  { signal, staysMs, lookEveryMs, isActive }: TerminalShowing,
): Promise<NotificationEnd> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(staysMs)]);
  while (!over.aborted) {
    const answer = prompt.take();
    // Whoever has logged out meanwhile has no say any more.
    if (answer !== null && (await isActive())) return { kind: 'answered', answer };
    await delay(lookEveryMs, undefined, { signal: over }).catch(() => {});
  }
  return { kind: 'closed' };
}
