import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import type { Desktop } from './linux-desktop.ts';
import { type DesktopShowing, lastLine } from './linux-notify-send.ts';
import type { NotificationEnd } from './notifier.ts';
import { plainLine, plainText } from './plain-text.ts';

const lookEveryMs = 100;
/** With this code zenity says that its time was over. */
const timedOutCode = 5;

/** Shows a view as a pop-up window, by `zenity`: for desktops without a notification daemon that shows buttons. */
export async function showByZenity(
  view: NotificationView,
  desktop: Desktop,
  options: DesktopShowing,
  isOnScreen: (pid: number) => boolean = hasWindow,
): Promise<NotificationEnd> {
  const stop = new AbortController();
  const withdraw = (): void => stop.abort();
  options.signal.addEventListener('abort', withdraw);
  if (options.signal.aborted) withdraw();
  let isShown = false;
  let problem: string | null = null;
  let look: NodeJS.Timeout | undefined;
  const render = setTimeout(() => {
    problem = 'zenity showed no window in time';
    stop.abort();
  }, options.renderLimitMs);
  const labels = view.buttons.map(({ label }) => plainLine(label).replaceAll('_', '__'));
  try {
    const { code, stdout, stderr, aborted, timedOut } = await desktop.run(zenity(view, labels, options), {
      timeoutMs: options.staysMs,
      signal: stop.signal,
      survivesAgent: true,
      onStart: (pid) => {
        look = setInterval(() => {
          if (stop.signal.aborted || !isOnScreen(pid)) return;
          isShown = true;
          clearTimeout(render);
          clearInterval(look);
          options.onShown();
        }, lookEveryMs);
      },
    });
    const answer = view.buttons[labels.indexOf(stdout.trim())]?.answer;
    if (answer) {
      // Whoever clicks faster than is looked has seen it.
      if (!isShown) options.onShown();
      return { kind: 'answered', answer };
    }
    if (problem !== null) return { kind: 'failed', reason: problem };
    if (aborted || timedOut || (isShown && (code === 0 || code === 1 || code === timedOutCode))) {
      return { kind: 'closed' };
    }
    if (code === 127) return { kind: 'failed', reason: 'zenity is not installed' };
    return { kind: 'failed', reason: `zenity ended with ${code ?? 'a signal'}: ${lastLine(stderr)}` };
  } finally {
    clearTimeout(render);
    clearInterval(look);
    options.signal.removeEventListener('abort', withdraw);
  }
}

function zenity(view: NotificationView, labels: readonly string[], options: DesktopShowing): string[] {
  // "--switch" leaves only the buttons that are asked for; a closed window is then no answer.
  const kind = labels.length > 0 ? ['--question', '--switch'] : ['--info'];
  return [
    'zenity',
    ...kind,
    '--no-markup',
    `--title=${plainLine(view.company) || 'Patchbay'}`,
    `--text=${plainLine(view.title)}\n\n${plainText(view.body)}`,
    ...labels.map((label) => `--extra-button=${label}`),
    '--width=480',
    `--timeout=${Math.min(Math.max(Math.ceil(options.staysMs / 1000), 1), 0x7fffffff)}`,
  ];
}

/**
 * Whether the program shows something: it holds a connection, and it has laid out text, which GTK does only after the
 * display has answered. A program that waits for a dead display has opened no font.
 */
function hasWindow(pid: number): boolean {
  try {
    const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => socketOf(`/proc/${pid}/fd/${fd}`));
    const connected = readFileSync(`/proc/${pid}/net/unix`, 'latin1')
      .split('\n')
      .flatMap((line) => {
        const [, , , , , state, inode] = line.trim().split(/\s+/);
        return state === '03' && inode !== undefined ? [inode] : [];
      });
    const hasFont = /\.(?:ttf|otf|ttc|pfb|pcf)\b|fontconfig\/[^/\n]+cache/.test(
      readFileSync(`/proc/${pid}/maps`, 'latin1'),
    );
    return hasFont && inodes.some((inode) => connected.includes(inode));
  } catch {
    return false;
  }
}

function socketOf(descriptor: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(descriptor))?.slice(1) ?? [];
  } catch {
    return [];
  }
}
