import { askHelper, type WindowsHelper } from '../notify/windows-helper.ts';
import type { SystemReboot } from './system-reboot.ts';

/** Windows takes at most ten years. */
const longestSeconds = 315_360_000;

/**
 * Reboots that Windows itself has in hand: they come even if the agent has ended by then. Windows counts seconds from
 * the call, so a schedule is set again after sleep or a change of the clock. Both functions reject with the reason
 * when Windows refuses. `now`: epoch milliseconds.
 */
export function createWindowsSystemReboot(helper: WindowsHelper, now: () => number): SystemReboot {
  return {
    async schedule(at) {
      const seconds = Math.min(Math.max(Math.ceil((at - now()) / 1000), 0), longestSeconds);
      await askHelper(helper, ['reboot', '--in', String(seconds)]);
      return `Windows’ own restart, in ${seconds} s`;
    },
    async unschedule() {
      await askHelper(helper, ['abort-reboot']);
    },
  };
}
