import { askHelper, type WindowsHelper } from './windows-helper.ts';

/**
 * Puts the agent into the Start menu of all users, without which Windows shows no toast of it. Doing it again
 * does no harm. Needs an administrator; rejects with what went wrong.
 */
export async function registerForToasts(helper: WindowsHelper): Promise<void> {
  await askHelper(helper, ['register']);
}

/** Takes the agent out of the Start menu again; nothing happens where it is not in it. */
export async function unregisterForToasts(helper: WindowsHelper): Promise<void> {
  await askHelper(helper, ['unregister']);
}
