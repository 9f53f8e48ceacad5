import type { GroupInput } from '@patchbay/contracts/group';
import { groupRuleProblems } from '@patchbay/domain/group/rule-problems';
import { groupUses } from '../db/group-uses.ts';
import { insertGroup, type StoredGroup, updateGroup } from '../db/groups.ts';
import type { Transaction } from '../db/pool.ts';
import type { Saved } from '../db/stored-thing.ts';
import { requireValid } from './refused.ts';

/** Adds a group and returns its id (E-13). */
export async function createGroup(tx: Transaction, input: GroupInput, saved: Saved): Promise<string> {
  requireValid('group', groupRuleProblems(input.rule));
  return insertGroup(tx, input, saved);
}

/** Replaces a group. One that is used keeps its name: what uses it would mean another group, or none. */
export async function replaceGroup(
  tx: Transaction,
  current: StoredGroup,
  input: GroupInput,
  saved: Saved,
): Promise<void> {
  requireValid('group', groupRuleProblems(input.rule));
  if (input.name.toLowerCase() !== current.name.toLowerCase()) {
    const [use] = await groupUses(tx, current);
    if (use !== undefined) {
      const message = `cannot be changed: the ${use.kind} "${use.name}" uses it`;
      requireValid('group', [{ path: 'name', message }]);
    }
  }
  await updateGroup(tx, current.id, input, saved);
}
