import type { NotificationView } from '@patchbay/domain/reboot/notification-view';
import { cleanText } from '../clean-text.ts';
import { messageOf } from '../error-code.ts';
import type { Log } from '../log.ts';
import type { NotificationEnd, Notifier, ShowOptions, UserSession } from './notifier.ts';
import { askHelper, type HelperEvent, startHelper, type WindowsHelper } from './windows-helper.ts';
import { sessionsOf } from './windows-sessions.ts';
import { hasToasts, readWindowsVersion, type WindowsVersion } from './windows-version.ts';
import { viewForHelper } from './windows-view.ts';

export interface WindowsNotifierOptions {
  readonly helper: WindowsHelper;
  /** Asked of the system unless given. */
  readonly windowsVersion?: WindowsVersion;
  /** Is told why a toast became a pop-up. */
  readonly log: Log;
  /** How long a notification may take until it is on the screen; 30,000 ms unless given. */
  readonly shownWithinMs?: number;
}

const defaultShownWithinMs = 30_000;
/** How long the helper may take to end once it has nothing more to do. */
const endsWithinMs = 5000;

/**
 * The notifier of Windows: toasts on desktops from Windows 10 on, pop-ups elsewhere and wherever a toast
 * cannot be shown. A helper that is missing, crashes or shows nothing is a failed notification.
 */
export function createWindowsNotifier(options: WindowsNotifierOptions): Notifier {
  return {
    sessions: async () => sessionsOf(await askHelper(options.helper, ['sessions'])),
    show: (view, session, showing) => show(view, session, showing, options),
  };
}

async function show(
  view: NotificationView,
  session: UserSession,
  { signal, onShown }: ShowOptions,
  { helper, windowsVersion, log, shownWithinMs = defaultShownWithinMs }: WindowsNotifierOptions,
): Promise<NotificationEnd> {
  if (signal.aborted) return { kind: 'closed' };
  let asToast = false;
  try {
    asToast = hasToasts(windowsVersion ?? (await readWindowsVersion(helper)));
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
  let isShown = false;
  let end: NotificationEnd | null = null;
  const take = (event: HelperEvent): void => {
    if (event.event === 'shown' && !isShown) {
      isShown = true;
      if (event.insteadOfToast !== undefined) {
        const reason = cleanText(event.insteadOfToast, 500);
        log('info', 'a pop-up is shown in place of a toast', { reason, notification: view.id });
      }
      onShown();
    } else {
      end ??= endOf(event, view, isShown);
    }
  };
  const { child, ended } = startHelper(helper, ['show', '--session', session.id], take);
  const fail = (reason: string) => (): void => {
    end ??= { kind: 'failed', reason };
    child.kill('SIGKILL');
  };
  const withdraw = (): void => {
    // The end of its input; whoever does not hear that is ended.
    child.stdin.end();
    limits.push(setTimeout(() => child.kill('SIGKILL'), endsWithinMs));
  };
  const limits = [
    setTimeout(() => {
      if (!isShown) fail(`the notification was not on the screen within ${shownWithinMs} ms`)();
    }, shownWithinMs),
  ];
  signal.addEventListener('abort', withdraw);
  if (signal.aborted) withdraw();
  child.stdin.write(viewForHelper(view, asToast));
  const trouble = await ended;
  signal.removeEventListener('abort', withdraw);
  for (const limit of limits) clearTimeout(limit);
  if (end !== null) return end;
  if (signal.aborted) return { kind: 'closed' };
  return { kind: 'failed', reason: trouble ?? 'the helper ended without an answer' };
}

/** An answer counts only if the view was on the screen and has that button; the helper runs as the user. */
function endOf(event: HelperEvent, view: NotificationView, isShown: boolean): NotificationEnd | null {
  switch (event.event) {
    case 'answered': {
      const button = view.buttons[event.button];
      if (!isShown || button === undefined) {
        return { kind: 'failed', reason: 'the helper reported an answer that nobody can have given' };
      }
      return { kind: 'answered', answer: button.answer };
    }
    case 'closed':
      return { kind: 'closed' };
    case 'failed':
      return { kind: 'failed', reason: cleanText(event.reason, 1000) };
    default:
      return null;
  }
}
