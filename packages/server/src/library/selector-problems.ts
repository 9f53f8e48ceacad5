import type { FieldProblem } from '@patchbay/domain/field-problem';
import { parseSelector } from '@patchbay/domain/selector/selector';
import type { Transaction } from '../db/pool.ts';
import { missingGroups } from '../db/views/selected-endpoints.ts';

/**
 * What is wrong with a selector that is to be saved: it cannot be read, or names a group that does not exist. The
 * groups that it names are held until the commit. An endpoint may come later.
 */
export async function selectorProblems(tx: Transaction, text: string, path: string): Promise<FieldProblem[]> {
  const parsed = parseSelector(text);
  if (!parsed.ok) return [{ path, message: parsed.problem }];
  const missing = await missingGroups(tx, parsed.selector, 'hold');
  if (missing.length === 0) return [];
  return [{ path, message: `there is no group ${missing.map((name) => `"${name}"`).join(', ')}` }];
}
