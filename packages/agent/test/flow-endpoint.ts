import { join } from 'node:path';
import type { RebootWork } from '@patchbay/contracts/activity-order';
import { type ActivityReport, type AgentMessage, agentMessage } from '@patchbay/contracts/agent-protocol';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import { rebootSettings } from '@patchbay/contracts/reboot';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { defaultRebootSettings, type RebootSettings } from '@patchbay/domain/reboot/settings';
import { ManualFlowClock } from '@patchbay/testkit/manual-flow-clock';
import { ScriptedNotifier, scriptedSession } from '@patchbay/testkit/scripted-notifier';
import { ScriptedSystemReboot } from '@patchbay/testkit/scripted-system-reboot';
import { onTestFinished } from 'vitest';
import { FlowDriver, type FlowDriverOptions } from '../src/reboot/flow-driver.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const minutes = (count: number): number => count * 60_000;
/** A Monday, 13:00 in UTC. */
export const oneOClock = Date.UTC(2026, 10, 23, 13);
export const flow = '7.post-1.1';

export function workWith(changes: Partial<RebootSettings> = {}): RebootWork {
  return {
    kind: 'interactiveReboot',
    settings: rebootSettings.parse({ ...defaultRebootSettings, ...changes }),
    timeoutMs: minutes(15),
    outputLimitBytes: 10_000,
  };
}

/** An endpoint with a flow driver, whose users, clocks and operating system a test plays. */
export class FlowEndpoint {
  readonly clock = new ManualFlowClock(oneOClock);
  readonly notifier = new ScriptedNotifier([scriptedSession('ada')]);
  readonly reboot = new ScriptedSystemReboot();
  readonly log: string[] = [];
  readonly messages: AgentMessage[] = [];
  readonly journalPath = join(temporaryFolder(), 'reboot.jsonl');
  policy: LocalPolicy = { scan: true, run: true, install: true, reboot: true };
  needed = true;
  bootId = 'boot-1';
  isConnected = true;
  #driver: FlowDriver | null = null;

  static async start(): Promise<FlowEndpoint> {
    const endpoint = new FlowEndpoint();
    await endpoint.startAgent();
    onTestFinished(() => endpoint.stopAgent());
    return endpoint;
  }

  get driver(): FlowDriver {
    if (this.#driver === null) throw new Error('the agent does not run');
    return this.#driver;
  }

  async startAgent(changes: Partial<FlowDriverOptions> = {}): Promise<void> {
    this.#driver = await FlowDriver.open({
      journalPath: this.journalPath,
      notifier: this.notifier,
      systemReboot: this.reboot,
      rebootNeed: () => Promise.resolve({ needed: this.needed, reasons: [] }),
      policy: () => Promise.resolve(this.policy),
      bootId: this.bootId,
      clock: this.clock,
      send: (message) => {
        if (this.isConnected) this.messages.push(agentMessage.parse(JSON.parse(JSON.stringify(message))));
        return this.isConnected;
      },
      log: (_, message) => this.log.push(message),
      ...changes,
    });
    await this.#driver.settled();
  }

  async stopAgent(): Promise<void> {
    await this.#driver?.close();
    this.#driver = null;
  }

  async restartAgent(): Promise<void> {
    await this.stopAgent();
    await this.startAgent();
  }

  /** Power goes, or somebody reboots; the agent is back half a minute later. */
  async rebootNow(): Promise<void> {
    await this.stopAgent();
    this.clock.boot();
    this.reboot.scheduledAt = null;
    this.bootId = `${this.bootId}'`;
    await this.startAgent();
  }

  begin(changes: Partial<RebootSettings> = {}, activity = flow): Promise<ActivityReport['outcome']> {
    return this.driver.carryOut(activity, workWith(changes), new AbortController().signal, (text) => {
      this.log.push(text.trimEnd());
    });
  }

  async pass(count: number): Promise<void> {
    await this.clock.advance(minutes(count));
    await this.driver.settled();
  }

  async answer(kind: 'rebootNow' | 'snooze' | 'cancel', user = 'ada'): Promise<void> {
    this.notifier.answer(user, kind === 'snooze' ? { kind, choice: 0 } : { kind });
    await this.driver.settled();
  }

  /** What is on a user's screen: its kind, and the time of day until it stays. */
  screen(user = 'ada'): string | null {
    const view = this.notifier.screen(user);
    return view && `${view.kind} until ${timeOf(view.expiresAt)}`;
  }

  get rebootsAt(): string | null {
    return this.reboot.scheduledAt === null ? null : timeOf(this.reboot.scheduledAt);
  }

  /** The events that were sent, by their place in the flow. */
  get told(): RebootEvent[] {
    const events: RebootEvent[] = [];
    for (const message of this.messages) {
      if (message.type === 'rebootEvents')
        events.splice(message.from, message.events.length, ...message.events);
    }
    return events;
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
