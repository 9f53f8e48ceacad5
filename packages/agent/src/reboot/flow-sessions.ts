import { limits } from '@patchbay/contracts/limits';
import type { AskableSession } from '@patchbay/domain/reboot/event';
import { clipText } from '../clip-text.ts';
import type { Notifier, UserSession } from '../notify/notifier.ts';

/** Who was logged in on this endpoint at the last look. */
export class FlowSessions {
  readonly #notifier: Notifier | null;
  #found: readonly UserSession[] = [];

  constructor(notifier: Notifier | null) {
    this.#notifier = notifier;
  }

  /** Looks again. Rejects when that cannot be known; then the last ones stand. */
  async read(): Promise<void> {
    if (this.#notifier === null) return;
    const found = await this.#notifier.sessions();
    this.#found = found.filter(({ id }) => id.length > 0 && id.length <= 120).slice(0, limits.rebootSessions);
  }

  find(id: string): UserSession | undefined {
    return this.#found.find((one) => one.id === id);
  }

  /** As the rules want them. */
  askable(): AskableSession[] {
    return this.#found.map(({ id, user, active, console, busy }) => ({
      id: clipText(id, 120),
      user: clipText(user, 200),
      active,
      console,
      busy,
    }));
  }
}
