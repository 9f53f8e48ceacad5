import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import { messageOf } from '../error-code.ts';
import { runTool } from '../execute/run-tool.ts';
import { findProgram } from '../execute/search-path.ts';
import type { Notifier, UserSession } from './notifier.ts';

/** What this endpoint has to show notifications with. */
export interface NotifierMeans {
  /** `buttons`: a notify-send that can show buttons, which came with libnotify 0.8. */
  readonly notifySend: 'buttons' | 'plain' | 'missing';
  readonly zenity: boolean;
  /** Programs for desktops are of use here at all. */
  readonly hasDesktop: boolean;
  readonly sessions: readonly Pick<UserSession, 'kind' | 'active'>[];
}

/** Whether the notifications of Interactive Reboot can be shown here (E-10). */
export function judgeNotifier({ notifySend, zenity, hasDesktop, sessions }: NotifierMeans): ReadinessCheck {
  const name = 'notifier';
  const count = (kind: UserSession['kind']): number =>
    sessions.filter((one) => one.kind === kind && one.active).length;
  const logged = `active sessions: ${count('graphical')} on a desktop, ${count('terminal')} on a terminal`;
  if (!hasDesktop && count('graphical') === 0) {
    return {
      name,
      state: 'ok',
      message: `no desktop here, terminals are written to; ${logged}`,
      action: null,
    };
  }
  if (notifySend === 'buttons') {
    return { name, state: 'ok', message: `notify-send shows notifications; ${logged}`, action: null };
  }
  const lack = notifySend === 'plain' ? 'notify-send cannot show buttons' : 'notify-send is not installed';
  return zenity
    ? { name, state: 'ok', message: `zenity shows pop-up windows (${lack}); ${logged}`, action: null }
    : {
        name,
        state: 'failed',
        message: `${lack} and zenity is not installed: users of a desktop cannot be asked; ${logged}`,
        action: 'Install zenity, or libnotify 0.8 or newer with its notify-send.',
      };
}

/** Looks for what {@link judgeNotifier} judges. */
export async function notifierCheck(notifier: Pick<Notifier, 'sessions'>): Promise<ReadinessCheck> {
  try {
    return judgeNotifier({
      notifySend: await findNotifySend(),
      zenity: findProgram('zenity') !== null,
      hasDesktop: ['Xorg', 'Xwayland', 'gnome-shell', 'kwin_wayland'].some(
        (one) => findProgram(one) !== null,
      ),
      sessions: await notifier.sessions(),
    });
  } catch (error) {
    const message = clipText(`who is logged in cannot be found out: ${messageOf(error)}`, 1000);
    return { name: 'notifier', state: 'failed', message, action: 'Look at loginctl on this endpoint.' };
  }
}

async function findNotifySend(): Promise<NotifierMeans['notifySend']> {
  const program = findProgram('notify-send');
  if (program === null) return 'missing';
  const { stdout } = await runTool(program, ['--help'], { timeoutMs: 10_000 });
  return stdout.includes('--action') ? 'buttons' : 'plain';
}
