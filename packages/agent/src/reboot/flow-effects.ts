import type { LocalPolicy } from '@patchbay/contracts/inventory';
import type { RebootCommand, RebootEvent } from '@patchbay/domain/reboot/event';
import type { RebootSettings } from '@patchbay/domain/reboot/settings';
import { currentNotification, type RebootState } from '@patchbay/domain/reboot/state';
import { viewOf } from '@patchbay/domain/reboot/view';
import { clipText } from '../clip-text.ts';
import { messageOf } from '../error-code.ts';
import type { Log } from '../log.ts';
import type { Notifier } from '../notify/notifier.ts';
import type { FlowClock } from './flow-clock.ts';
import { FlowScreens, type ScreenEvent } from './flow-screens.ts';
import type { FlowSessions } from './flow-sessions.ts';
import type { SystemReboot } from './system-reboot.ts';

type WithoutNow<Event> = Event extends unknown ? Omit<Event, 'now'> : never;
/** An event that has yet to get its moment. */
export type Happening = WithoutNow<RebootEvent>;

/** The one flow that is under way on this endpoint. */
export interface LiveFlow {
  readonly id: string;
  readonly settings: RebootSettings;
  state: RebootState;
}

/** With what the commands of the rules are carried out. */
export interface FlowEffectsOptions {
  readonly notifier: Notifier | null;
  readonly systemReboot: SystemReboot | null;
  readonly policy: () => Promise<LocalPolicy>;
  readonly clock: FlowClock;
  readonly log: Log;
}

/** Does what the rules say: puts notifications on the screens, schedules the reboot, writes the log. */
export class FlowEffects {
  readonly #options: FlowEffectsOptions;
  readonly #sessions: FlowSessions;
  readonly #screens: FlowScreens | null;
  readonly #happen: (happening: Happening) => void;

  /** `happen` is told what comes of it later, such as an answer. */
  constructor(options: FlowEffectsOptions, sessions: FlowSessions, happen: (happening: Happening) => void) {
    this.#options = options;
    this.#sessions = sessions;
    this.#screens = options.notifier && new FlowScreens(options.notifier);
    this.#happen = happen;
  }

  /** Carries out commands for a flow, as it is after what they follow from. */
  async act(commands: readonly RebootCommand[], flow: LiveFlow): Promise<void> {
    for (const command of commands) {
      switch (command.kind) {
        case 'show':
          for (const session of command.sessions) this.#show(session, flow);
          break;
        case 'withdraw':
          for (const session of command.sessions) this.#screens?.withdraw(session);
          break;
        case 'scheduleReboot':
          await this.#schedule(command.at);
          break;
        case 'unscheduleReboot':
          await this.#unschedule();
          break;
        case 'log': {
          const level = command.level === 'warning' ? 'warn' : command.level;
          this.#options.log(level, command.message, { flow: flow.id });
        }
      }
    }
  }

  /** Takes away whatever is on the screens. */
  clearScreens(): void {
    this.#screens?.withdrawAll();
  }

  #show(id: string, { id: flow, settings, state }: LiveFlow): void {
    const number = currentNotification(state)?.number ?? 0;
    const session = this.#sessions.find(id);
    const told = (event: ScreenEvent): void => {
      this.#happen({ ...event, notification: number, session: id });
    };
    if (session === undefined || this.#screens === null) {
      return told({ kind: 'notifierFailed', reason: 'the session is not there any more' });
    }
    const view = viewOf({ flow, settings, state }, this.#options.clock.now(), session.language);
    if (view !== null) this.#screens.show(view, session, told);
  }

  async #schedule(at: number): Promise<void> {
    const { systemReboot, policy, log } = this.#options;
    try {
      if (!(await policy()).reboot)
        throw new Error('the local policy of this endpoint does not allow reboots');
      if (systemReboot === null) throw new Error('this agent cannot reboot this endpoint');
      const means = await systemReboot.schedule(at);
      log('info', 'a reboot was scheduled', { at: new Date(at).toISOString(), means });
    } catch (error) {
      this.#happen({ kind: 'rebootRefused', reason: clipText(messageOf(error), 1000) });
    }
  }

  async #unschedule(): Promise<void> {
    try {
      await this.#options.systemReboot?.unschedule();
    } catch (error) {
      this.#options.log('error', 'a scheduled reboot could not be taken back', { problem: messageOf(error) });
    }
  }
}
