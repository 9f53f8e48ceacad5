import type { NotificationView, RebootAnswer } from '@patchbay/domain/reboot/notification-view';
import { clipText } from '../clip-text.ts';
import { messageOf } from '../error-code.ts';
import type { NotificationEnd, Notifier, UserSession } from '../notify/notifier.ts';

/** What a session says about a notification. */
export type ScreenEvent =
  | { readonly kind: 'shown' }
  | { readonly kind: 'answered'; readonly answer: RebootAnswer }
  | { readonly kind: 'notifierFailed'; readonly reason: string };

/** What is on the screens of the sessions: one view in each at most, and nothing is heard of one that was withdrawn. */
export class FlowScreens {
  readonly #notifier: Notifier;
  readonly #shown = new Map<string, AbortController>();

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
  }

  /** Shows a view in a session in place of what is there; `onEvent` is told what comes of it. */
  show(view: NotificationView, session: UserSession, onEvent: (event: ScreenEvent) => void): void {
    this.withdraw(session.id);
    const control = new AbortController();
    this.#shown.set(session.id, control);
    const tell = (event: ScreenEvent): void => {
      if (!control.signal.aborted) onEvent(event);
    };
    const options = { signal: control.signal, onShown: () => tell({ kind: 'shown' }) };
    this.#notifier
      .show(view, session, options)
      .then((end) => endEvent(view, end))
      .catch((error: unknown) => failed(messageOf(error)))
      .then((event) => {
        if (event !== null) tell(event);
        if (this.#shown.get(session.id) === control) this.#shown.delete(session.id);
      })
      .catch(() => {});
  }

  withdraw(session: string): void {
    this.#shown.get(session)?.abort();
    this.#shown.delete(session);
  }

  withdrawAll(): void {
    for (const session of this.#shown.keys()) this.withdraw(session);
  }
}

/** A notification that went away without an answer is nothing that happened: its time runs out by itself. */
function endEvent(view: NotificationView, end: NotificationEnd): ScreenEvent | null {
  switch (end.kind) {
    case 'closed':
      return null;
    case 'failed':
      return failed(end.reason);
    case 'answered': {
      const offered = view.buttons.find(({ answer }) => isSame(answer, end.answer));
      return offered === undefined
        ? failed('its program answered what was not offered')
        : { kind: 'answered', answer: offered.answer };
    }
  }
}

function failed(reason: string): ScreenEvent {
  return { kind: 'notifierFailed', reason: clipText(reason, 1000) };
}

function isSame(one: RebootAnswer, other: RebootAnswer): boolean {
  if (one.kind === 'snooze' && other.kind === 'snooze') return one.choice === other.choice;
  return one.kind === other.kind;
}
