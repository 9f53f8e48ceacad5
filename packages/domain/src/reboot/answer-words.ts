import type { NotificationButton } from './notification-view.ts';

/** The words after `patchbay reboot-answer` that give the answer of one button: `now`, `cancel`, `snooze`, `snooze 2`. */
export function answerWords(buttons: readonly NotificationButton[], index: number): string[] {
  const kind = buttons[index]?.answer.kind;
  if (kind === 'rebootNow') return ['now'];
  if (kind === 'cancel') return ['cancel'];
  const place = buttons.slice(0, index + 1).filter(({ answer }) => answer.kind === 'snooze').length;
  return place === 1 ? ['snooze'] : ['snooze', String(place)];
}
