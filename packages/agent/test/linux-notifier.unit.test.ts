import { readinessCheck } from '@patchbay/contracts/inventory';
import { answerWords } from '@patchbay/domain/reboot/answer-words';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { describe, expect, it } from 'vitest';
import type { ToolOptions, ToolResult } from '../src/execute/run-tool.ts';
import type { Desktop } from '../src/notify/linux-desktop.ts';
import { judgeNotifier } from '../src/notify/linux-notifier-readiness.ts';
import { showByNotifySend } from '../src/notify/linux-notify-send.ts';
import { terminalText } from '../src/notify/linux-terminal.ts';
import { showByZenity } from '../src/notify/linux-zenity.ts';
import { plainText } from '../src/notify/plain-text.ts';

const view: NotificationView = {
  id: 'n1',
  kind: 'reminder',
  title: 'Restart\nneeded',
  body: 'a <b>b</b> & c:\\new\u001b[31m',
  company: 'Acme',
  logo: null,
  buttons: [
    { answer: { kind: 'rebootNow' }, label: 'Now' },
    { answer: { kind: 'snooze', choice: 0 }, label: 'In an_hour' },
    { answer: { kind: 'snooze', choice: 1 }, label: 'Tonight' },
    { answer: { kind: 'cancel' }, label: 'Cancel' },
  ],
  rebootAt: null,
  expiresAt: 0,
};

type Answer = Partial<ToolResult> & { readonly prints?: string };

/** A desktop whose programs answer as told: the first whose name is in the command line. */
function desktop(answers: Readonly<Record<string, Answer>>) {
  const commands: (readonly string[])[] = [];
  const run = (command: readonly string[], options: ToolOptions): Promise<ToolResult> => {
    commands.push(command);
    const line = command.join(' ');
    const answer = Object.entries(answers).find(([name]) => line.includes(name))?.[1] ?? { code: 127 };
    if (answer.prints) options.onOutput?.('stdout', Buffer.from(answer.prints));
    options.onStart?.(4711);
    return Promise.resolve({
      code: 0,
      signal: null,
      stdout: '',
      stderr: '',
      timedOut: false,
      aborted: options.signal?.aborted ?? false,
      ...answer,
    });
  };
  const one: Desktop = { run, ask: () => Promise.resolve(null) };
  return { desktop: one, commands };
}

const help = { '--help': { stdout: '--action' } };
const able = { GetCapabilities: { stdout: "(['actions', 'body', 'body-markup'],)" } };

async function notify(answers: Readonly<Record<string, Answer>>) {
  const { desktop: one, commands } = desktop(answers);
  let shown = 0;
  const signal = new AbortController().signal;
  const times = { renderLimitMs: 60_000, watchEveryMs: 60_000, staysMs: 60_000 };
  const options = { ...times, signal, logoFile: null, onShown: () => void (shown += 1) };
  return { end: await showByNotifySend(view, one, options), shown, commands };
}

describe('a desktop notification', () => {
  it('R-16 given the daemon has numbered it and a button is clicked, then it was shown and is answered', async () => {
    const { end, shown, commands } = await notify({ ...help, ...able, '--print-id': { prints: '17\na2\n' } });
    expect(end).toEqual({ kind: 'answered', answer: { kind: 'snooze', choice: 1 } });
    expect(shown).toBe(1);
    expect(commands.at(-1)?.slice(-2)).toEqual([
      'Restart needed',
      'a &lt;b&gt;b&lt;/b&gt; &amp; c:\\\\new[31m\nAcme',
    ]);
  });

  it('escapes nothing for a daemon that shows plain text', async () => {
    const plain = { GetCapabilities: { stdout: "(['actions', 'body'],)" } };
    const { commands } = await notify({ ...help, ...plain, '--print-id': { prints: '17\n' } });
    expect(commands.at(-1)?.at(-1)).toBe('a <b>b</b> & c:\\\\new[31m\nAcme');
  });

  it('R-06 given it is closed without an answer, then that is none', async () => {
    const { end, shown } = await notify({ ...help, ...able, '--print-id': { prints: '17\n' } });
    expect([end, shown]).toEqual([{ kind: 'closed' }, 1]);
  });

  it.each<[string, Readonly<Record<string, Answer>>, string]>([
    ['no notify-send', { '--help': { code: 127 } }, 'notify-send is not installed'],
    ['an old notify-send', { '--help': { stdout: '--urgency' } }, 'this notify-send cannot show buttons'],
    [
      'a daemon that hangs',
      { ...help, GetCapabilities: { timedOut: true, code: null } },
      'the notification daemon does not answer',
    ],
    [
      'no daemon',
      { ...help, GetCapabilities: { code: 1, stderr: 'Error: ServiceUnknown\n' } },
      'there is no notification daemon: Error: ServiceUnknown',
    ],
    [
      'a daemon without buttons',
      { ...help, GetCapabilities: { stdout: "(['body'],)" } },
      'the notification daemon shows no buttons',
    ],
    [
      'a crash',
      { ...help, ...able, '--print-id': { code: null, signal: 'SIGSEGV' } },
      'notify-send ended with a signal: it said nothing',
    ],
    [
      'an answer without a number',
      { ...help, ...able, '--print-id': { code: 1, prints: 'a0\n' } },
      'notify-send ended with 1: it said nothing',
    ],
  ])('R-16 given %s, then it has failed with the reason and was not shown', async (_, answers, reason) => {
    const { end, shown } = await notify(answers);
    expect([end, shown]).toEqual([{ kind: 'failed', reason }, 0]);
  });
});

describe('a pop-up', () => {
  const popUp = async (answer: Answer, isOnScreen = false) => {
    const { desktop: one, commands } = desktop({ zenity: answer });
    let shown = 0;
    const times = { renderLimitMs: 60_000, watchEveryMs: 60_000, staysMs: 60_000 };
    const options = {
      ...times,
      signal: new AbortController().signal,
      logoFile: null,
      onShown: () => void (shown += 1),
    };
    return { end: await showByZenity(view, one, options, () => isOnScreen), shown, command: commands[0] };
  };

  it('R-16 given a button is clicked, then it was shown and is answered; labels lose no underscore', async () => {
    const { end, shown, command } = await popUp({ code: 1, stdout: 'In an__hour\n' });
    expect([end, shown]).toEqual([{ kind: 'answered', answer: { kind: 'snooze', choice: 0 } }, 1]);
    expect(command).toContain('--extra-button=In an__hour');
    expect(command).toContain('--no-markup');
  });

  it.each<[string, Answer, string]>([
    ['it is missing', { code: 127 }, 'zenity is not installed'],
    [
      'there is no display',
      { code: 1, stderr: 'cannot open display: :0\n' },
      'zenity ended with 1: cannot open display: :0',
    ],
    ['it crashes', { code: null, signal: 'SIGSEGV' }, 'zenity ended with a signal: it said nothing'],
  ])('R-16 given %s, then it has failed with the reason and was not shown', async (_, answer, reason) => {
    const { end, shown } = await popUp(answer);
    expect([end, shown]).toEqual([{ kind: 'failed', reason }, 0]);
  });
});

describe('a notification on a terminal', () => {
  it('R-05 says beside each answer how to give it, and only those there are', () => {
    const text = terminalText(view);
    expect(text).toContain('patchbay reboot-answer now        Now\r\n');
    expect(text).toContain('patchbay reboot-answer snooze 2   Tonight\r\n');
    expect(text).toContain('patchbay reboot-answer cancel     Cancel\r\n');
    expect(terminalText({ ...view, buttons: [] })).not.toContain('reboot-answer');
    expect(view.buttons.map((_, index) => answerWords(view.buttons, index).join(' '))).toEqual([
      'now',
      'snooze',
      'snooze 2',
      'cancel',
    ]);
  });

  it('sends a terminal nothing that it obeys, except its bell', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
    expect(terminalText(view).slice(1)).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
    expect(plainText('a\r\nb\tc\u202ed\u009be\ud800')).toBe('a\nb cde\uFFFD');
  });
});

describe('readiness of the notifier', () => {
  const desktopSession = { kind: 'graphical', active: true } as const;
  it.each([
    [
      { notifySend: 'buttons', zenity: false, hasDesktop: true, sessions: [desktopSession] },
      'ok',
      'notify-send shows',
    ],
    [
      { notifySend: 'plain', zenity: true, hasDesktop: true, sessions: [] },
      'ok',
      'zenity shows pop-up windows',
    ],
    [{ notifySend: 'missing', zenity: false, hasDesktop: true, sessions: [] }, 'failed', 'cannot be asked'],
    [
      { notifySend: 'missing', zenity: false, hasDesktop: false, sessions: [] },
      'ok',
      'terminals are written to',
    ],
    [
      { notifySend: 'plain', zenity: false, hasDesktop: false, sessions: [desktopSession] },
      'failed',
      '1 on a desktop',
    ],
  ] as const)('E-10 %o is %s', (means, state, message) => {
    const check = readinessCheck.parse(judgeNotifier(means));
    expect(check).toMatchObject({ name: 'notifier', state, message: expect.stringContaining(message) });
    expect(check.action === null).toBe(state === 'ok');
  });
});
