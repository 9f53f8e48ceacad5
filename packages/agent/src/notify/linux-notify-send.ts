import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { messageOf } from '../error-code.ts';
import { busCall, type Desktop } from './linux-desktop.ts';
import type { NotificationEnd, ShowOptions } from './notifier.ts';
import { escapeMarkup, plainLine, plainText } from './plain-text.ts';

/** How the agent shows things on a desktop; tests shorten the times. */
export interface DesktopShowing extends ShowOptions {
  /** How long after its start a program may take until its notification is on the screen, in milliseconds. */
  readonly renderLimitMs: number;
  /** How often is looked whether the notification daemon still lives, in milliseconds. */
  readonly watchEveryMs: number;
  /** How long the notification stays, in milliseconds. */
  readonly staysMs: number;
  /** A picture file that the user can read; null is none. */
  readonly logoFile: string | null;
}

const daemonName = 'org.freedesktop.Notifications';
const daemonPath = '/org/freedesktop/Notifications';

/**
 * Shows a view as a desktop notification, by `notify-send`. It counts as shown when the notification daemon
 * has given it a number. `notify-send` takes it back from the screen when it is interrupted.
 */
export async function showByNotifySend(
  view: NotificationView,
  desktop: Desktop,
  options: DesktopShowing,
): Promise<NotificationEnd> {
  const refusal = await reasonAgainst(view, desktop, options.renderLimitMs);
  if ('reason' in refusal) return { kind: 'failed', reason: refusal.reason };
  const stop = new AbortController();
  const withdraw = (): void => stop.abort();
  options.signal.addEventListener('abort', withdraw);
  if (options.signal.aborted) withdraw();
  let problem: string | null = null;
  const fail = (reason: string): void => {
    problem ??= reason;
    stop.abort();
  };
  const render = setTimeout(
    () => fail('the notification daemon did not take it in time'),
    options.renderLimitMs,
  );
  const watch = watchDaemon(desktop, options.watchEveryMs, fail);
  let printed = '';
  let isShown = false;
  try {
    const { code, stderr, aborted, timedOut } = await desktop.run(notifySend(view, refusal.markup, options), {
      timeoutMs: options.staysMs,
      signal: stop.signal,
      endWith: 'SIGINT',
      // A restarted agent takes it back and shows it anew; a killed one would leave buttons that do nothing.
      survivesAgent: true,
      onOutput: (stream, chunk) => {
        if (stream !== 'stdout') return;
        printed += chunk.toString();
        if (isShown || !/^\d+/.test(printed)) return;
        isShown = true;
        clearTimeout(render);
        if (!stop.signal.aborted) options.onShown();
      },
    });
    const button = view.buttons[Number(/^a(\d+)$/m.exec(printed)?.[1] ?? -1)];
    if (button && isShown) return { kind: 'answered', answer: button.answer };
    if (problem !== null) return { kind: 'failed', reason: problem };
    if (aborted || timedOut || (code === 0 && isShown)) return { kind: 'closed' };
    return { kind: 'failed', reason: `notify-send ended with ${code ?? 'a signal'}: ${lastLine(stderr)}` };
  } finally {
    clearTimeout(render);
    watch.stop();
    options.signal.removeEventListener('abort', withdraw);
  }
}

/** The last line that a program complained with, for a reason in words. */
export function lastLine(output: string): string {
  return plainLine(output.trim().split('\n').at(-1) ?? '').slice(0, 300) || 'it said nothing';
}

/** Why a view cannot be shown this way; otherwise whether the daemon takes its body for markup. */
async function reasonAgainst(
  view: NotificationView,
  desktop: Desktop,
  limitMs: number,
): Promise<{ reason: string } | { markup: boolean }> {
  try {
    const help = await desktop.run(['notify-send', '--help'], { timeoutMs: limitMs });
    if (help.code === 127) return { reason: 'notify-send is not installed' };
    if (!help.stdout.includes('--action')) return { reason: 'this notify-send cannot show buttons' };
    const command = busCall(daemonName, daemonPath, `${daemonName}.GetCapabilities`);
    const { code, stdout, stderr, timedOut } = await desktop.run(command, { timeoutMs: limitMs });
    if (timedOut) return { reason: 'the notification daemon does not answer' };
    // Without gdbus it is only not known beforehand; most daemons know both.
    if (code === 127) return { markup: true };
    if (code !== 0) return { reason: `there is no notification daemon: ${lastLine(stderr)}` };
    if (view.buttons.length > 0 && !stdout.includes("'actions'")) {
      return { reason: 'the notification daemon shows no buttons' };
    }
    return { markup: stdout.includes("'body-markup'") };
  } catch (error) {
    return { reason: messageOf(error) };
  }
}

function notifySend(view: NotificationView, isMarkup: boolean, options: DesktopShowing): string[] {
  // Many daemons do not show which program asks; whose wish it is makes it trustworthy.
  const body = [plainText(view.body), plainLine(view.company)].filter(Boolean).join('\n');
  return [
    // It keeps the number that it prints to itself until its end unless its output is a terminal.
    'stdbuf',
    '--output=0',
    'notify-send',
    '--print-id',
    '--wait',
    // Others disappear after seconds; this one asks for an answer.
    '--urgency=critical',
    `--expire-time=${Math.min(Math.max(Math.round(options.staysMs), 1000), 0x7fffffff)}`,
    `--app-name=${plainLine(view.company) || 'Patchbay'}`,
    `--icon=${options.logoFile ?? 'system-reboot'}`,
    ...view.buttons.map(({ label }, index) => `--action=a${index}=${plainLine(label)}`),
    '--',
    plainLine(view.title),
    // It undoes backslashes in the body.
    (isMarkup ? escapeMarkup(body) : body).replaceAll('\\', '\\\\'),
  ];
}

/** Fails the showing when the daemon is gone or another one has come: the notification is no longer on the screen. */
function watchDaemon(
  desktop: Desktop,
  everyMs: number,
  fail: (reason: string) => void,
): { stop: () => void } {
  const command = busCall(
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.GetNameOwner',
    daemonName,
  );
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let owner: string | null = null;
  const look = async (): Promise<void> => {
    const { code, stdout, timedOut } = await desktop
      .run(command, { timeoutMs: everyMs })
      .catch(() => ({ code: 127, stdout: '', timedOut: true }));
    if (isStopped) return;
    const isKnown = code !== 127 && !timedOut;
    const found = code === 0 ? stdout.trim() : null;
    if (isKnown && owner !== null && found !== owner) return fail('the notification daemon has ended');
    if (isKnown && found !== null) owner = found;
    timer = setTimeout(() => void look(), everyMs);
  };
  void look();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
