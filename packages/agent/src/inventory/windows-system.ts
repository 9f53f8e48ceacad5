import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import { clipText } from '../clip-text.ts';
import type { EndpointSystem } from '../endpoint-system.ts';
import { messageOf } from '../error-code.ts';
import type { Log } from '../log.ts';
import type { WindowsHelper } from '../notify/windows-helper.ts';
import { createWindowsNotifier } from '../notify/windows-notifier.ts';
import { registerForToasts, unregisterForToasts } from '../notify/windows-registration.ts';
import { hasToasts, readWindowsVersion, windowsBootId } from '../notify/windows-version.ts';
import { windowsRebootNeed } from '../reboot/windows-reboot-need.ts';
import type { RegistryTool } from '../reboot/windows-registry.ts';
import { createWindowsSystemReboot } from '../reboot/windows-system-reboot.ts';
import { windowsInventory } from './windows-inventory.ts';

export interface WindowsSystemOptions {
  readonly helper: WindowsHelper;
  /** How `reg.exe` is started; by its name unless given. */
  readonly reg?: RegistryTool;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Log;
}

/** A Windows endpoint, with its place in the Start menu. */
export interface WindowsSystem extends EndpointSystem {
  /** To be done when the agent is installed; needs an administrator. */
  register(): Promise<void>;
  /** To be done when the agent is removed; needs an administrator. */
  unregister(): Promise<void>;
}

/** The agent's view of a Windows endpoint. It has no patch provider yet. */
export function createWindowsSystem({
  helper,
  reg = ['reg.exe'],
  now,
  log,
}: WindowsSystemOptions): WindowsSystem {
  const notifier = createWindowsNotifier({ helper, log });
  const bootId = (): Promise<string> => windowsBootId(helper);
  return {
    inventory: async () => windowsInventory(reg, await bootId(), await notifier.sessions()),
    bootId,
    rebootNeed: () => windowsRebootNeed(reg),
    readiness: async () => [await notifierCheck(helper)],
    patches: null,
    notifier,
    systemReboot: createWindowsSystemReboot(helper, now),
    register: () => registerForToasts(helper),
    unregister: () => unregisterForToasts(helper),
  };
}

async function notifierCheck(helper: WindowsHelper): Promise<ReadinessCheck> {
  try {
    const shows = hasToasts(await readWindowsVersion(helper)) ? 'toasts, or pop-ups' : 'pop-ups';
    const message = `notifications are shown as ${shows}`;
    return { name: 'notifier', state: 'ok', message, action: null };
  } catch (error) {
    return {
      name: 'notifier',
      state: 'failed',
      message: clipText(`the helper of the agent does not work: ${messageOf(error)}`, 1000),
      action: 'Install the agent again; see whether a virus scanner has taken patchbay-helper.exe away.',
    };
  }
}
