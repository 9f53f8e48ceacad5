import { readFileSync } from 'node:fs';
import { boardColumns, type PlanStatus, planStatuses } from '@patchbay/domain/plan/state';
import { planTransitions } from '@patchbay/domain/plan/transitions';
import { expect, test } from 'vitest';

const guide = readFileSync(new URL('../../../docs/user-guide.md', import.meta.url), 'utf8');

/** Where a plan may go from a status, in the order of the statuses. */
function next(status: PlanStatus): string {
  const reached = new Set(Object.values(planTransitions[status]).flat());
  return planStatuses
    .filter((one) => one !== status && reached.has(one))
    .map((one) => `\`${one}\``)
    .join(', ');
}

test('P-12 the table of statuses in the user guide is the state machine of plans', () => {
  const rows = Object.entries(boardColumns).flatMap(([column, statuses]) =>
    statuses.map((status) => `| \`${status}\` | ${column} | ${next(status)} |`),
  );
  const table = guide
    .split('\n')
    .filter((line) => /^\| `\w+` \| (New|Pending|In progress|Completed) \|/.test(line));
  expect(table).toEqual(rows);
  expect(rows.length).toBe(planStatuses.length);
});
