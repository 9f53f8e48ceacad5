import { PatchbayError } from '@patchbay/contracts/errors';
import { hasCode } from './system-error.ts';

const uniqueViolation = '23505';
const foreignKeyViolation = '23503';

/**
 * Runs a statement that stores a thing of this name, and says in the catalogue's words what the database refused:
 * the name is taken.
 */
export async function storing<T>(what: string, name: string, statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (!hasCode(error, uniqueViolation)) throw error;
    const detail = `There is a ${what} called "${name}" already.`;
    throw new PatchbayError('NAME_TAKEN', detail, [{ path: 'name', message: 'is taken' }]);
  }
}

/** Runs a statement that deletes a thing which something may have begun to use at this very moment. */
export async function deleting<T>(what: string, name: string, statement: () => Promise<T>): Promise<T> {
  try {
    return await statement();
  } catch (error) {
    if (!hasCode(error, foreignKeyViolation)) throw error;
    throw new PatchbayError('IN_USE', `The ${what} "${name}" is used by something that was saved just now.`);
  }
}
