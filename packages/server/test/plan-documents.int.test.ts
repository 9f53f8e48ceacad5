import type { PlanDraft } from '@patchbay/contracts/plan';
import { expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

it('L-52 P-05 given plans with times of any form, and without rows, when their folder is applied twice, then the second time changes nothing', async () => {
  await http.ok('POST', 'workflows', { name: 'Linux default', os: 'linux' });
  await http.ok('POST', 'workflows/Linux default/set-default');
  const assignments = [{ endpoints: 'all', os: 'linux' }] satisfies PlanDraft['assignments'];
  const plans: PlanDraft[] = [
    { name: 'At', assignments, schedule: { kind: 'at', at: '2099-03-01T22:00:00+01:00' } },
    {
      name: 'Nightly',
      assignments,
      schedule: {
        kind: 'recurring',
        recurrence: { rule: 'FREQ=DAILY', start: '2026-01-01', time: '22:00', timeZone: 'Europe/Berlin' },
      },
    },
    { name: 'Plain' },
    { name: 'Own', assignments: [{ endpoints: 'all', os: 'linux', workflow: 'Linux default' }] },
  ];
  const documents = plans.map((plan) => ({ kind: 'Plan', ...plan }));
  const apply = () => http.ok<{ changes: unknown[] }>('POST', 'library/apply', { documents });
  await apply();
  const revisions = () => http.column('select name || version from plans order by name');
  const before = await revisions();
  const again = await apply();
  expect(await revisions()).toEqual(before);
  expect(before).toEqual(['At1', 'Nightly1', 'Own1', 'Plain1']);
  expect(again.changes).toEqual([]);
});
