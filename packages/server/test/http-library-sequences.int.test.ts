import type { Library, LibraryApplied } from '@patchbay/contracts/library-document';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useHttp } from './http-fixture.ts';

const http = useHttp();

// Few names, systems and parameters, so that things often fit each other and often do not.
const os = fc.constantFrom('linux', 'aix');
const scriptName = fc.constantFrom('S1', 's1', 'S2');
const taskName = fc.constantFrom('T1', 'T2', 't2');
const workflowName = fc.constantFrom('W1', 'W2');

const script = fc.record({
  kind: fc.constant('Script'),
  name: scriptName,
  os: fc.uniqueArray(os, { minLength: 1 }),
  interpreter: fc.constantFrom('sh', 'perl'),
  content: fc.constantFrom('one', 'two'),
  parameters: fc.constantFrom(
    [],
    [{ name: 'A', type: 'string' }],
    [{ name: 'A', type: 'string', required: true }],
  ),
});
const task = fc.record({
  kind: fc.constant('Task'),
  name: taskName,
  os,
  script: scriptName,
  parameters: fc.constantFrom({}, { A: 'x' }),
  category: fc.constantFrom('General', 'General', 'General', 'Internal Script'),
  reboots: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.boolean()),
});
const steps = fc.array(fc.record({ task: taskName }), { maxLength: 2 });
const workflow = fc.record({
  kind: fc.constant('Workflow'),
  name: workflowName,
  os,
  prePatching: steps,
  postPatching: steps,
});
const group = fc.record({
  kind: fc.constant('Group'),
  name: fc.constantFrom('G1', 'g1', 'G2'),
  rule: fc.constantFrom(
    { is: 'present', fact: 'tag.ring' },
    { is: 'equal', fact: 'os', value: 'aix' },
    { is: 'none', of: [{ is: 'oneOf', fact: 'name', values: ['a', 'b'] }] },
  ),
});
const nightly = { rule: 'FREQ=DAILY', start: '2026-01-01', time: '22:00', timeZone: 'UTC' };
const window = fc.record({
  kind: fc.constant('Window'),
  name: fc.constantFrom('M1', 'M2'),
  endpoints: fc.constantFrom('all', 'group:G1', 'group:G2,group:G1'),
  recurrence: fc.constantFrom(nightly, { ...nightly, rule: 'FREQ=MONTHLY;BYDAY=2TU', afterDays: 3 }),
  durationMinutes: fc.constantFrom(60, 120),
  blackouts: fc.constantFrom([], [{ from: '2026-12-24', to: '2026-12-26' }]),
});
const patchFilter = fc.record({
  kind: fc.constant('PatchFilter'),
  name: fc.constantFrom('F1', 'f1', 'F2'),
  filter: fc.constantFrom({}, { classifications: ['security'] }, { severities: ['critical'], text: 'ssl' }),
});
const plan = fc.record({
  kind: fc.constant('Plan'),
  name: fc.constantFrom('P1', 'P2'),
  patches: fc.constantFrom(
    {},
    {},
    { choice: { which: 'filter', filter: 'F1' } },
    { choice: { which: 'filter', filter: 'F2' } },
  ),
  schedule: fc.constantFrom(
    { kind: 'now' },
    { kind: 'at', at: '2099-03-01T22:00:00+01:00' },
    { kind: 'recurring', recurrence: nightly },
  ),
  rollout: fc.constantFrom(
    {},
    {
      waves: [
        {
          name: 'Pilot',
          size: { kind: 'count', count: 3 },
          gate: { minimumSuccessPercent: 90, soakMinutes: 5 },
        },
      ],
      failureThreshold: { kind: 'percent', percent: 10 },
    },
    { waves: [{ name: 'First', size: { kind: 'group', group: 'G1' } }], maximumConcurrent: 7 },
  ),
  assignments: fc.array(
    fc.record({
      endpoints: fc.constantFrom('all', 'os:linux', 'group:G2'),
      os: fc.constantFrom('linux', 'aix'),
      workflow: fc.option(workflowName),
    }),
    { maxLength: 2 },
  ),
});
const documents = fc.array(fc.oneof(script, script, task, task, workflow, group, window, patchFilter, plan), {
  maxLength: 8,
});

const apply = (list: readonly object[], prune: boolean, dryRun = false) =>
  http.call<LibraryApplied>('POST', 'library/apply', { body: { documents: list, prune, dryRun } });
/** What an answer tells, whether it was a dry run or not. */
const told = ({ body, problem }: Awaited<ReturnType<typeof apply>>) => [
  body.changes,
  body.unchanged,
  problem.errors,
  problem.detail,
];
const exported = async () => (await http.ok<Library>('GET', 'library')).documents;

describe('libraries one after the other', () => {
  it('L-52 each is applied whole or refused whole; what was applied changes nothing when it is applied again', async () => {
    let [applied, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(documents, fc.boolean(), async (list, prune) => {
        const before = await exported();
        const dry = await apply(list, prune, true);
        expect(await exported()).toEqual(before);
        const answer = await apply(list, prune);
        const isApplied = answer.status === 200;
        if (isApplied) applied += 1;
        else refused += 1;
        expect(answer.status).toBeLessThan(500);
        expect(told(answer)).toEqual(told(dry));
        const after = await exported();
        expect(isApplied || after).toEqual(isApplied || before);
        const again = isApplied ? await apply(list, prune) : await apply(after, true);
        expect(again.body).toMatchObject({ changes: [], unchanged: isApplied ? list.length : after.length });
        expect((await apply(after, true)).body).toMatchObject({ changes: [], unchanged: after.length });
      }),
      { numRuns: 100 },
    );
    expect(Math.min(applied, refused)).toBeGreaterThan(5);
  });

  it('L-52 an export makes the same library from nothing; whether one can be applied does not depend on the one before it', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, async (one, other) => {
        expect((await apply([], true)).status).toBe(200);
        const alone = await apply(other, true);
        const result = await exported();
        await apply([], true);
        expect((await apply(result, true)).status).toBe(200);
        expect(await exported()).toEqual(result);
        await apply([], true);
        await apply(one, true);
        const after = await apply(other, true);
        // A thing that is lacking may be one that cannot be deleted: the reason can differ, the answer cannot.
        expect(after.status === 200, after.text).toBe(alone.status === 200);
        const same = after.status === 200 ? await exported() : result;
        expect(same).toEqual(result);
      }),
      { numRuns: 100 },
    );
  });
});
