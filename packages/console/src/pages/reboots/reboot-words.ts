import type { RebootFlow } from '@patchbay/contracts/reboot-flow';

/** Why nobody is being asked, or why it reboots, as the API says it. */
const causes: Readonly<Record<string, string>> = {
  confirmed: 'A user chose to reboot now.',
  finalWarning: 'The final warning has ended.',
  noActiveUser: 'No user is active.',
  notifierFailed: 'No notification could be shown.',
  doNotDisturb: 'A user does not want to be disturbed.',
  rebootRefused: 'The operating system, or the endpoint’s own policy, did not reboot; it is tried again.',
};

/** A flow as it stands, in one sentence. */
export function standing({ status, because, used, settings }: RebootFlow): string {
  const cause = because === null ? '' : ` ${causes[because] ?? ''}`;
  switch (status) {
    case 'asking':
      return used >= settings.notificationCount
        ? 'The final warning is on the screen.'
        : `Notification ${used + 1} of ${settings.notificationCount} is on the screen.`;
    case 'snoozed':
      return `Snoozed; ${used} of ${settings.notificationCount} notifications are used up.`;
    case 'waiting':
      return `It waits.${cause}`;
    case 'restarting':
      return `The reboot is decided.${cause}`;
    case 'ended':
      return 'It is over.';
  }
}
