import { askHelper, type WindowsHelper } from './windows-helper.ts';

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
  const events = await askHelper(helper, ['version']);
  const version = events.find((event) => event.event === 'version');
  if (version === undefined) throw new Error('the helper told no version of Windows');
  const { major, minor, build, isServer } = version;
  return { major, minor, build, isServer };
}

/** toasts on Windows 10 and later where it is a desktop; all others get the pop-up. */
export function hasToasts({ major, isServer }: WindowsVersion): boolean {
  return major >= 10 && !isServer;
}
