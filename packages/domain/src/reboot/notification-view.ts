/** What a user can answer to a notification; `choice` is an index into the settings' snooze choices. */
export type RebootAnswer =
  | { readonly kind: 'rebootNow' }
  | { readonly kind: 'snooze'; readonly choice: number }
  | { readonly kind: 'cancel' };

/** A button of a notification: the only answers a notifier may return are those of the view's buttons. */
export interface NotificationButton {
  readonly answer: RebootAnswer;
  readonly label: string;
}

/**
 * One notification, ready to be shown: texts are final, plain and in the user's language, times in them absolute
 * . A notifier shows exactly one view and returns exactly one answer.
 */
export interface NotificationView {
  /** Unique on the endpoint; an answer counts only while this is the current notification. */
  readonly id: string;
  /** `restarting` tells that the reboot is decided and when it comes; it has no buttons, or Cancel where allowed. */
  readonly kind: 'reminder' | 'finalWarning' | 'restarting';
  readonly title: string;
  readonly body: string;
  readonly company: string;
  /** A PNG image in base64; null is none. */
  readonly logo: string | null;
  readonly buttons: readonly NotificationButton[];
  /** When the endpoint restarts, epoch milliseconds; null while that is not decided. A countdown counts to it. */
  readonly rebootAt: number | null;
  /** When the notification goes away by itself, epoch milliseconds. */
  readonly expiresAt: number;
}
