import type { NotificationEnd, Notifier, ShowOptions, UserSession } from '@patchbay/agent/notify/notifier';
import type { NotificationView, RebootAnswer } from '@patchbay/domain/reboot/notification-view';
import type { Draws } from './seeded-random.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** How a user takes notifications: `never` does not look at them. */
const characters = ['atOnce', 'later', 'never'] as const;
const names = ['ada', 'boris', 'chen', 'dalia', 'erika', 'farid', 'grace'] as const;
const second = 1_000;

/** Whoever sits at a simulated machine: sees notifications, and answers, snoozes or is not there, as the seed says. */
export class SimulatedUser implements Notifier {
  readonly #draws: Draws;
  readonly #time: SimulatedTime;
  readonly #character: (typeof characters)[number];
  /** How many more notifications are snoozed. */
  #snoozes: number;
  readonly users: readonly UserSession[];

  /** `share`: of the machines of this kind that somebody sits at. */
  constructor(share: number, draws: Draws, time: SimulatedTime) {
    this.#draws = draws;
    this.#time = time;
    this.#character = draws.oneOf(characters, 'character of the user');
    this.#snoozes = this.#character === 'later' ? Math.round(draws.between(1, 3, 'snoozes')) : 0;
    const user = draws.oneOf(names, 'name of the user');
    this.users = draws.happens(share, 'somebody is there')
      ? [{ id: '1', user, kind: 'graphical', active: true, console: true, busy: false, language: 'en' }]
      : [];
  }

  sessions(): Promise<readonly UserSession[]> {
    return Promise.resolve(this.users);
  }

  async show(view: NotificationView, _session: UserSession, options: ShowOptions): Promise<NotificationEnd> {
    const { signal, onShown } = options;
    await this.#time.pass(second, signal);
    if (signal.aborted) return { kind: 'closed' };
    onShown();
    const answer = this.#answerTo(view);
    await this.#time.pass(this.#draws.between(5 * second, 90 * second, 'time to answer'), signal);
    if (answer === null) await gone(signal);
    return signal.aborted || answer === null ? { kind: 'closed' } : { kind: 'answered', answer };
  }

  #answerTo({ buttons }: NotificationView): RebootAnswer | null {
    if (this.#character === 'never') return null;
    const offered = buttons.map(({ answer }) => answer);
    const [snooze, ...others] = offered.filter(({ kind }) => kind === 'snooze');
    if (this.#snoozes > 0 && snooze !== undefined) {
      this.#snoozes -= 1;
      return this.#draws.oneOf([snooze, ...others], 'snooze');
    }
    return offered.find(({ kind }) => kind === 'rebootNow') ?? null;
  }
}

function gone(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
