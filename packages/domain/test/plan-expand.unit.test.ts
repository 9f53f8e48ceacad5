import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OperatingSystem, operatingSystems } from '../src/operating-system.ts';
import { exemption } from '../src/plan/exemption.ts';
import { assignmentOf, expand, newAssignments } from '../src/plan/expand.ts';
import type { Assignment } from '../src/plan/plan.ts';

const named = (name: string) => ({ id: name, name });
const group = (name: string, os: OperatingSystem, workflow: string | null) =>
  ({
    endpoints: `group:${name}`,
    os,
    workflow: workflow === null ? null : named(workflow),
  }) as const;

const defaults = new Map<OperatingSystem, { id: string; name: string }>([
  ['linux', named('Linux default')],
  ['windows', named('Windows default')],
]);

const rows: Assignment[] = [
  group('Databases', 'linux', 'Careful'),
  group('Shop', 'linux', null),
  { endpoints: 'all', os: 'windows', workflow: named('IIS') },
];

describe('which workflow an endpoint follows', () => {
  const endpoint = { id: 'e', os: 'linux', rows: [0, 1, 2], exempt: null } as const;

  it('P-03 given an endpoint that several rows match then it follows the first, and says why', () => {
    expect(assignmentOf(rows, endpoint, defaults)).toEqual({
      kind: 'assigned',
      workflow: named('Careful'),
      row: 0,
      why: 'It follows "Careful": row 1 is the first for Linux and in the group "Databases".',
    });
    expect(assignmentOf(rows, { ...endpoint, rows: [0, 1, 2], os: 'windows' }, defaults)).toMatchObject({
      row: 2,
      why: 'It follows "IIS": row 3 is the first for Windows and named by "all".',
    });
  });

  it('P-04 given a row that leaves the workflow open, or no row for the system, then the default is followed', () => {
    expect(assignmentOf(rows, { ...endpoint, rows: [1, 2] }, defaults)).toMatchObject({
      row: 1,
      why: 'It follows "Linux default", the default of Linux: row 2 is the first for Linux and in the group "Shop".',
    });
    expect(assignmentOf(rows, { ...endpoint, rows: [2] }, defaults)).toMatchObject({
      row: null,
      why: 'It follows "Linux default", the default of Linux: it is named by "all", where no row is for Linux.',
    });
  });

  it('P-03 given an endpoint that no row matches then it is no part of the plan', () => {
    expect(assignmentOf(rows, { ...endpoint, rows: [] }, defaults)).toEqual({
      kind: 'outside',
      why: 'No row of the plan matches it.',
    });
  });

  it('P-13 given an exempt endpoint then it is passed over, and told to be exempt with the reason', () => {
    const exempt = exemption({ exempt: 'retired in May' });
    expect(assignmentOf(rows, { ...endpoint, exempt }, defaults)).toEqual({
      kind: 'exempt',
      reason: 'exempt: retired in May',
      why: 'It is exempt: retired in May.',
    });
    expect(exemption({ exempt: '' })).toBe('exempt: no reason is given');
    expect(exemption({ role: 'shop' })).toBeNull();
  });

  it('P-04 given systems with neither a row nor a default then a message names each of them', () => {
    const endpoints = (['aix', 'aix', 'solaris', 'linux'] as const).map((os, index) => ({
      id: `${index}`,
      os,
      rows: [2],
      exempt: null,
    }));
    expect(expand(rows, endpoints, defaults).problem).toBe(
      'There is no workflow for AIX (2 endpoints) and Solaris (1 endpoint): add a row for it to the plan, or set a default.',
    );
    expect(expand(rows, endpoints.slice(3), defaults)).toMatchObject({ problem: null, perRow: [0, 0, 0] });
    const exempt = endpoints.map((one) => ({ ...one, exempt: 'old' }));
    expect(expand(rows, exempt, defaults).problem).toBeNull();
  });

  it('P-04 given a new plan then it has the default workflow of each operating system', () => {
    expect(newAssignments(defaults)).toEqual([
      { endpoints: 'all', os: 'linux', workflow: named('Linux default') },
      { endpoints: 'all', os: 'windows', workflow: named('Windows default') },
    ]);
  });

  it('P-03 given any table then an endpoint follows the first row for its system that matches, else the default', () => {
    const os = fc.constantFrom(...operatingSystems);
    const table = fc.array(
      fc.tuple(fc.constantFrom('a', 'b'), os, fc.option(fc.constantFrom('x', 'y'), { nil: null })),
      {
        maxLength: 8,
      },
    );
    fc.assert(
      fc.property(
        table,
        os,
        fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
        (drawn, system, matching) => {
          const made = drawn.map(([name, forOs, workflow]) => group(name, forOs, workflow));
          const indexes = made.map((_, index) => index).filter((index) => matching[index]);
          const one = { id: 'e', os: system, rows: indexes, exempt: null };
          const { assignments, perRow, problem } = expand(made, [one], defaults);
          const [found] = assignments;
          const first = indexes.find((index) => made[index]?.os === system);
          const wanted = first === undefined ? undefined : (made[first]?.workflow ?? defaults.get(system));
          const follows = wanted ?? defaults.get(system);
          const assigned = { kind: 'assigned', workflow: follows, row: first ?? null };
          expect(found).toMatchObject(
            indexes.length === 0
              ? { kind: 'outside' }
              : follows === undefined
                ? { kind: 'lacking' }
                : assigned,
          );
          expect(problem === null).toBe(found?.kind !== 'lacking');
          expect(perRow.reduce((sum, count) => sum + count, 0)).toBe(
            found?.kind === 'assigned' && found.row !== null ? 1 : 0,
          );
        },
      ),
    );
  });
});
