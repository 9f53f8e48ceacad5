import type { NotificationView } from '@patchbay/domain/reboot/notification-view';

/**
 * A view as the helper reads it from its standard input: a field a line, an empty line at the end. Texts never come
 * by the command line, which everybody on the machine can read and which knows no line ends.
 */
export function viewForHelper(view: NotificationView, asToast: boolean): string {
  const fields: [name: string, value: string | number][] = [
    ['id', view.id],
    ['title', view.title],
    ['body', view.body],
    ['company', view.company],
    ['logo', view.logo ?? ''],
    ['toast', asToast ? 1 : 0],
    ['warning', view.kind === 'reminder' ? 0 : 1],
    ['defaultButton', defaultButton(view)],
    ['rebootAt', view.rebootAt ?? 0],
    ['expiresAt', view.expiresAt],
    ...view.buttons.map(({ label }): [string, string] => ['button', label]),
  ];
  return `${fields.map(([name, value]) => `${name}=${escaped(String(value))}\n`).join('')}\n`;
}

/** The one that Enter presses: never a restart, if there is anything else to press. */
function defaultButton({ buttons }: NotificationView): number {
  return Math.max(
    buttons.findIndex(({ answer }) => answer.kind !== 'rebootNow'),
    0,
  );
}

function escaped(value: string): string {
  return value
    .replaceAll('\0', '')
    .replaceAll('\\', '\\\\')
    .replace(/\r\n|\r|\n/g, '\\n')
    .toWellFormed();
}
