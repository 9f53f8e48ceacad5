import type { SystemReboot } from '@patchbay/agent/reboot/system-reboot';

/** An operating system's reboot that only takes notes. */
export class ScriptedSystemReboot implements SystemReboot {
  /** When the system would reboot, epoch milliseconds; null: not at all. */
  scheduledAt: number | null = null;
  /** Why the system refuses; null: it does not. */
  refusal: string | null = null;
  /** How often a reboot was asked for. */
  asked = 0;

  schedule(at: number): Promise<string> {
    this.asked += 1;
    if (this.refusal !== null) return Promise.reject(new Error(this.refusal));
    this.scheduledAt = at;
    return Promise.resolve('script');
  }

  unschedule(): Promise<void> {
    this.scheduledAt = null;
    return Promise.resolve();
  }
}
