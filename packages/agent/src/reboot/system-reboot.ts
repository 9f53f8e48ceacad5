/**
 * The operating system's own reboot, scheduled with the system itself so that it comes even if the agent does not
 * live to see it.
 */
export interface SystemReboot {
  /** Asks for a reboot at an epoch millisecond, in place of one that was scheduled before; answers by what means. */
  schedule(at: number): Promise<string>;
  /** Takes a scheduled reboot back; nothing happens where there is none. */
  unschedule(): Promise<void>;
}
