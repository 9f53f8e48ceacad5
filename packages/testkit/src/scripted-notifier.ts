import type { NotificationEnd, Notifier, ShowOptions, UserSession } from '@patchbay/agent/notify/notifier';
import type { NotificationView, RebootAnswer } from '@patchbay/domain/reboot/notification-view';

/** What a scripted user does with a notification; null: looks at it and does nothing. */
export type ScriptedReaction =
  | RebootAnswer
  | { readonly kind: 'failed'; readonly reason: string }
  | 'notRendered'
  | null;

/** A session of a user as tests like them: active, at the console, with a desktop. */
export function scriptedSession(user: string, changes: Partial<UserSession> = {}): UserSession {
  return {
    id: user,
    user,
    kind: 'graphical',
    active: true,
    console: true,
    busy: false,
    language: 'en',
    ...changes,
  };
}

/** A notifier whose users a test plays: it records every view, and answers as it is told. */
export class ScriptedNotifier implements Notifier {
  users: readonly UserSession[];
  /** What users do as soon as they see something. */
  react: (view: NotificationView, session: UserSession) => ScriptedReaction = () => null;
  /** Every view that was ever shown, in order. */
  readonly shown: { readonly view: NotificationView; readonly session: string }[] = [];
  readonly #open = new Map<
    string,
    { readonly view: NotificationView; readonly end: (end: NotificationEnd) => void }
  >();

  constructor(users: readonly UserSession[]) {
    this.users = users;
  }

  sessions(): Promise<readonly UserSession[]> {
    return Promise.resolve(this.users);
  }

  show(view: NotificationView, session: UserSession, options: ShowOptions): Promise<NotificationEnd> {
    this.shown.push({ view, session: session.id });
    const reaction = this.react(view, session);
    if (reaction !== null && typeof reaction === 'object' && reaction.kind === 'failed') {
      return Promise.resolve(reaction);
    }
    return new Promise((resolve) => {
      const end = (how: NotificationEnd): void => {
        if (this.#open.get(session.id)?.end === end) this.#open.delete(session.id);
        resolve(how);
      };
      this.#open.set(session.id, { view, end });
      options.signal.addEventListener('abort', () => end({ kind: 'closed' }));
      if (reaction === 'notRendered') return;
      options.onShown();
      if (reaction !== null) end({ kind: 'answered', answer: reaction });
    });
  }

  /** What is on the screen of a session now. */
  screen(session: string): NotificationView | null {
    return this.#open.get(session)?.view ?? null;
  }

  /** A user chooses a button, or their notification ends in another way. */
  end(session: string, how: NotificationEnd): void {
    const open = this.#open.get(session);
    if (open === undefined) throw new Error(`nothing is on the screen of ${session}`);
    open.end(how);
  }

  answer(session: string, answer: RebootAnswer): void {
    this.end(session, { kind: 'answered', answer });
  }
}
