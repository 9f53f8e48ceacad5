import { askHelper, type HelperEvent, type WindowsHelper } from './windows-helper.ts';

/** A version of Windows as the system itself has it, compatibility settings aside. */
export interface WindowsVersion {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** Windows Server. */
  readonly isServer: boolean;
}

/** Asks the system for its version. Rejects when the helper is missing or crashes. */
export async function readWindowsVersion(helper: WindowsHelper): Promise<WindowsVersion> {
  const { major, minor, build, isServer } = await askVersion(helper);
  return { major, minor, build, isServer };
}

/** Changes with every boot and with nothing else. Rejects when the helper is missing or crashes. */
export async function windowsBootId(helper: WindowsHelper): Promise<string> {
  return `boot-${(await askVersion(helper)).bootNumber}`;
}

async function askVersion(helper: WindowsHelper): Promise<Extract<HelperEvent, { event: 'version' }>> {
  const events = await askHelper(helper, ['version']);
  const version = events.find((event) => event.event === 'version');
  if (version === undefined) throw new Error('the helper told no version of Windows');
  return version;
}

/** toasts on Windows 10 and later where it is a desktop; all others get the pop-up. */
export function hasToasts({ major, isServer }: WindowsVersion): boolean {
  return major >= 10 && !isServer;
}
