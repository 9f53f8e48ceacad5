import { isDeepStrictEqual } from 'node:util';
import type { TaskInput } from '@patchbay/contracts/task';
import { wholeRebootSettings } from '@patchbay/domain/reboot/merge-settings';
import type { StoredTask } from '../db/tasks.ts';

/** Whether saving would leave a task as it is stored. */
export function sameTask(stored: StoredTask, input: TaskInput): boolean {
  return sameButSettings(stored, input) && isDeepStrictEqual(stored.interactiveReboot, settingsOf(input));
}

/** Whether a task would stay as it is except for the settings of its Interactive Reboot (L-24). */
export function changesSettingsOnly(stored: StoredTask, input: TaskInput): boolean {
  const isInteractive = stored.interactiveReboot !== null && input.interactiveReboot !== null;
  return isInteractive && sameButSettings(stored, input);
}

function sameButSettings(
  stored: StoredTask,
  { script, retries, interactiveReboot, reboots, ...shipped }: TaskInput,
): boolean {
  const same = Object.entries(shipped).every(([field, value]) =>
    isDeepStrictEqual(stored[field as keyof typeof shipped], value),
  );
  const delays = { count: stored.retryCount, delaySeconds: stored.retryDelaySeconds };
  const willReboot = reboots || interactiveReboot !== null;
  return (
    same &&
    willReboot === stored.reboots &&
    (script === stored.scriptName || (script !== null && script === stored.scriptId)) &&
    isDeepStrictEqual(delays, retries)
  );
}

function settingsOf({ interactiveReboot }: TaskInput) {
  return interactiveReboot === null ? null : wholeRebootSettings(interactiveReboot);
}
