import type { WindowInput } from '@patchbay/contracts/window';
import { windowProblems } from '@patchbay/domain/schedule/maintenance-window';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { insertWindow, type StoredWindow, updateWindow } from '../db/windows.ts';
import { requireValid } from './refused.ts';
import { selectorProblems } from './selector-problems.ts';

/** Adds a maintenance window and returns its id (P-06). */
export async function createWindow(tx: Transaction, input: WindowInput, saved: Saved): Promise<string> {
  await requireGood(tx, input);
  return insertWindow(tx, input, saved);
}

/** Replaces a maintenance window. */
export async function replaceWindow(
  tx: Transaction,
  current: StoredWindow,
  input: WindowInput,
  saved: Saved,
): Promise<void> {
  await requireGood(tx, input);
  await updateWindow(tx, current.id, input, saved);
}

/** Throws INVALID_INPUT with what is wrong with a window. */
export async function requireGood(tx: Transaction, input: WindowInput): Promise<void> {
  const problems = [...(await selectorProblems(tx, input.endpoints, 'endpoints')), ...windowProblems(input)];
  requireValid('window', problems);
}
