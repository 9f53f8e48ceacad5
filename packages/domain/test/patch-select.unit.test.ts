import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResolvedPerEndpoint, orderedSelection } from '../src/patch/ordered-selection.ts';
import { type SelectablePatch, selectPatches } from '../src/patch/select.ts';
import {
  allPatches,
  type PatchFilter,
  type PatchSelection,
  patchClassifications,
  patchSeverities,
} from '../src/patch/selection.ts';

const day = 24 * 3_600_000;
const now = 1000 * day;

const openssl: SelectablePatch = {
  id: 'openssl=3.1',
  title: 'Secure Sockets Layer toolkit',
  package: 'openssl',
  classification: 'security',
  severity: 'critical',
  cves: ['CVE-2026-1234'],
  firstSeenAt: now - 2 * day,
};
const foreign = { ...openssl, id: 'libc6:i386=2.40', package: 'libc6:i386', severity: 'low' } as const;
const vim = {
  ...openssl,
  id: 'vim=9.2',
  package: 'vim',
  title: 'Vi IMproved',
  classification: 'bugfix',
  cves: [],
} as const;
const all = [openssl, foreign, vim];

const chosen = (selection: Partial<PatchSelection<PatchFilter>>) =>
  selectPatches(all, { ...allPatches, ...selection }, now).chosen.map(({ package: name }) => name);

describe('which patches a plan means', () => {
  it('P-02 given all then every applicable patch, minus exclusions by id, by package, and by package of a foreign architecture', () => {
    expect(chosen({})).toEqual(['openssl', 'libc6:i386', 'vim']);
    expect(chosen({ exclude: ['vim=9.2', 'libc6'] })).toEqual(['openssl']);
    expect(chosen({ exclude: ['vim=9.1'] })).toHaveLength(3);
  });

  it('P-02 given classifications and severities then both have to match, and an empty list matches any', () => {
    const matching = { which: 'matching', classifications: [], severities: [] } as const;
    expect(chosen({ choice: { ...matching, classifications: ['security'] } })).toEqual([
      'openssl',
      'libc6:i386',
    ]);
    expect(
      chosen({ choice: { ...matching, classifications: ['security'], severities: ['critical'] } }),
    ).toEqual(['openssl']);
    expect(chosen({ choice: matching })).toHaveLength(3);
  });

  it('P-02 given a saved filter then its text is found in package, title, id and CVEs, whatever its case', () => {
    const filter = (text: string) =>
      chosen({ choice: { which: 'filter', filter: { classifications: [], severities: [], text } } });
    expect(filter('cve-2026-12')).toEqual(['openssl', 'libc6:i386']);
    expect(filter(' Improved ')).toEqual(['vim']);
    expect(filter('=9.2')).toEqual(['vim']);
  });

  it('P-02 given a minimum age then patches that became known less than so many days ago are left out', () => {
    expect(chosen({ minimumAgeDays: 2 })).toHaveLength(3);
    expect(chosen({ minimumAgeDays: 3 })).toEqual([]);
    expect(selectPatches(all, { ...allPatches, minimumAgeDays: 3 }, now).leftOut[0]?.why).toBe('tooYoung');
  });

  const patches = fc.array(
    fc.record({
      id: fc.constantFrom('a=1', 'a=2', 'b=1', 'c:i386=1'),
      title: fc.constantFrom('', 'x'),
      package: fc.constantFrom('a', 'b', 'c:i386'),
      classification: fc.constantFrom(...patchClassifications),
      severity: fc.constantFrom(...patchSeverities),
      cves: fc.constant([]),
      firstSeenAt: fc.integer({ min: 0, max: 30 }).map((days) => now - days * day),
    }),
    { maxLength: 10 },
  );
  const narrowing = {
    classifications: fc.subarray([...patchClassifications]),
    severities: fc.subarray([...patchSeverities]),
  };
  const selections: fc.Arbitrary<PatchSelection<PatchFilter>> = fc.record({
    choice: fc.oneof(
      fc.record({ which: fc.constant('all' as const) }),
      fc.record({ which: fc.constant('matching' as const), ...narrowing }),
      fc.record({
        which: fc.constant('filter' as const),
        filter: fc.record({ ...narrowing, text: fc.constantFrom('', 'x', 'A') }),
      }),
      fc.record({
        which: fc.constant('listed' as const),
        ids: fc.subarray(['a=1', 'a=2', 'b=1', 'c:i386=1']),
      }),
    ),
    exclude: fc.subarray(['a', 'a=1', 'c', 'b=1']),
    minimumAgeDays: fc.integer({ min: 0, max: 30 }),
  });

  it('P-02 given any selection then each patch is in one part, no excluded or young one is chosen, and order is kept', () => {
    fc.assert(
      fc.property(patches, selections, (applicable, selection) => {
        const { chosen: taken, leftOut } = selectPatches(applicable, selection, now);
        expect(taken.length + leftOut.length).toBe(applicable.length);
        expect(applicable.filter((patch) => taken.includes(patch))).toEqual(taken);
        for (const patch of taken) {
          expect(selection.exclude).not.toContain(patch.id);
          expect(selection.exclude).not.toContain(patch.package);
          expect(now - patch.firstSeenAt).toBeGreaterThanOrEqual(selection.minimumAgeDays * day);
        }
      }),
    );
  });

  it('P-02 given any selection then the order that an endpoint gets means the same patches there', () => {
    fc.assert(
      fc.property(patches, selections, (applicable, selection) => {
        const { which, ids, exclude } = orderedSelection(selection, applicable, now);
        // As the agent reads it (patch-selection of the agent), for the patches of the last scan.
        const atEndpoint = applicable.filter(
          (patch) =>
            (which === 'all' ||
              (which === 'security' && patch.classification === 'security') ||
              (which === 'listed' && ids.includes(patch.id))) &&
            ![patch.id, patch.package, patch.package.split(':')[0]].some((name) =>
              exclude.includes(name ?? ''),
            ),
        );
        const wanted = new Set(selectPatches(applicable, selection, now).chosen.map(({ id }) => id));
        expect(new Set(atEndpoint.map(({ id }) => id))).toEqual(wanted);
        const elsewhere = isResolvedPerEndpoint(selection) ? applicable : [];
        expect(orderedSelection(selection, elsewhere, now)).toEqual({ which, ids, exclude });
      }),
    );
  });
});
