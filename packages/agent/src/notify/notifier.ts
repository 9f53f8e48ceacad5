import type { NotificationView, RebootAnswer } from '@patchbay/domain/reboot/notification-view';

/** A user who is logged in on this endpoint. */
export interface UserSession {
  /** Of the operating system: a logind session id, a Windows session number. */
  readonly id: string;
  readonly user: string;
  readonly kind: 'graphical' | 'terminal';
  /** Somebody can see it now: not locked away behind another user's session. */
  readonly active: boolean;
  /** It sits at the machine itself, not at the other end of a network connection. */
  readonly console: boolean;
  /** Presentation or focus mode: does not want to be disturbed. */
  readonly busy: boolean;
  /** A language tag such as "de"; null where it is not known. */
  readonly language: string | null;
}

/** How the showing of a notification ended. */
export type NotificationEnd =
  | { readonly kind: 'answered'; readonly answer: RebootAnswer }
  /** Timed out, closed without an answer, or withdrawn by the signal. */
  | { readonly kind: 'closed' }
  /** It could not be rendered, or its program crashed. */
  | { readonly kind: 'failed'; readonly reason: string };

export interface ShowOptions {
  /** Withdraws the notification from the screen. */
  readonly signal: AbortSignal;
  /** Called once, when the notification has really been rendered. */
  readonly onShown: () => void;
}

/** Shows notifications to the users of this endpoint; one view, one answer. */
export interface Notifier {
  /** Everybody who is logged in now. */
  sessions(): Promise<readonly UserSession[]>;
  /** Shows one view in one session; never rejects. */
  show(view: NotificationView, session: UserSession, options: ShowOptions): Promise<NotificationEnd>;
}
