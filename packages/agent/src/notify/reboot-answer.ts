import { setTimeout as delay } from 'node:timers/promises';
import { answerWords } from '@patchbay/domain/reboot/answer-words';
import { AgentError } from '../agent-error.ts';
import { giveAnswer, promptDirectory, waitingPrompts } from './answer-prompt.ts';
import { plainLine, plainText } from './plain-text.ts';

export interface RebootAnswerOptions {
  /** What stands behind `patchbay reboot-answer`: `now`, `cancel`, `snooze`, `snooze 2`; null only shows what is asked. */
  readonly words: readonly string[] | null;
  /** Where the agent offers its prompts; that of the system's agent unless given. */
  readonly prompts?: string | undefined;
}

/** What is asked of this user, with the words that answer it. */
export interface AskedNow {
  readonly title: string;
  readonly body: string;
  readonly answers: readonly { readonly words: string; readonly label: string }[];
}

const takenLimitMs = 5000;
const lookEveryMs = 100;

/**
 * Shows a terminal's user what Interactive Reboot asks, and answers it. Resolves when the agent has taken the answer.
 *
 * @throws AgentError `refused` when nothing is asked, or not with this answer
 */
export async function rebootAnswer({ words, prompts }: RebootAnswerOptions): Promise<AskedNow> {
  const uid = process.getuid?.() ?? -1;
  const root = prompts ?? promptDirectory(0);
  const waiting = waitingPrompts(root, uid);
  const own = process.env['XDG_SESSION_ID'] ?? '';
  const session = waiting.has(own) ? own : waiting.keys().next().value;
  const prompt = session === undefined ? undefined : waiting.get(session);
  if (session === undefined || prompt === undefined) {
    throw new AgentError('refused', 'nothing is asked of you about a reboot at the moment');
  }
  const answers = prompt.buttons.map(({ label }, index) => ({
    words: answerWords(prompt.buttons, index).join(' '),
    label: plainLine(label),
  }));
  const asked = { title: plainLine(prompt.title), body: plainText(prompt.body), answers };
  if (words === null) return asked;
  const button = answers.findIndex((one) => one.words === words.join(' ').replace(/^snooze 1$/, 'snooze'));
  if (button < 0) {
    const possible = answers.map((one) => one.words).join(', ') || 'none';
    throw new AgentError('refused', `this is no answer to it; possible: ${possible}`);
  }
  const isGiven = giveAnswer(root, { uid, session }, { view: prompt.view, button });
  for (let left = takenLimitMs; isGiven && left > 0; left -= lookEveryMs) {
    if (waitingPrompts(root, uid).get(session)?.view !== prompt.view) return asked;
    await delay(lookEveryMs);
  }
  throw new AgentError('failed', 'the agent does not take the answer: it may not be running');
}
