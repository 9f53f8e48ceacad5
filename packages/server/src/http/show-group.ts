import type { Group, GroupSummary } from '@patchbay/contracts/group';
import { ruleInWords } from '@patchbay/domain/group/rule-words';
import { groupUses } from '../db/group-uses.ts';
import { countMembers, type StoredGroup } from '../db/groups.ts';
import type { Queryable } from '../db/queryable.ts';

/** Groups as lists show them, with their members counted now (E-13). */
export async function showGroups(db: Queryable, groups: readonly StoredGroup[]): Promise<GroupSummary[]> {
  const counts = await countMembers(
    db,
    groups.map(({ rule }) => rule),
  );
  return groups.map((group, index) => summaryOf(group, counts[index] ?? 0));
}

/** A group, whole. */
export async function showGroup(db: Queryable, group: StoredGroup): Promise<Group> {
  const [members = 0] = await countMembers(db, [group.rule]);
  return {
    ...summaryOf(group, members),
    rule: group.rule,
    createdAt: group.createdAt.toISOString(),
    createdBy: group.createdBy,
    usedBy: await groupUses(db, group),
    warnings: groupWarnings(members),
  };
}

/** What one would hardly want of a rule that means so many endpoints. */
export function groupWarnings(members: number): string[] {
  return members === 0 ? ['No endpoint belongs to it now.'] : [];
}

function summaryOf(group: StoredGroup, members: number): GroupSummary {
  const { id, name, description, rule, updatedAt, updatedBy } = group;
  return {
    id,
    name,
    description,
    inWords: ruleInWords(rule),
    members,
    updatedAt: updatedAt.toISOString(),
    updatedBy,
  };
}
