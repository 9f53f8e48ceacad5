import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignWaves, type WaveMember } from '../src/rollout/assign-waves.ts';
import type { WaveSize } from '../src/rollout/rollout.ts';

const groups = ['g1', 'g2', 'g3'];

const members: fc.Arbitrary<WaveMember[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 6 }),
    name: fc.string({ maxLength: 3 }),
    groups: fc.subarray(groups),
  }),
  { selector: ({ id }) => id, maxLength: 60 },
);

const sizes: fc.Arbitrary<WaveSize> = fc.oneof(
  fc.record({ kind: fc.constant('percent' as const), percent: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('count' as const), count: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constant('group' as const), group: fc.constantFrom(...groups) }),
);

const waves = fc
  .array(sizes, { maxLength: 5 })
  .map((all) => all.map((size, index) => ({ name: `${index}`, size })));
const order = fc.constantFrom('byName' as const, 'drawn' as const);

describe('the waves of a cycle', () => {
  it('P-08 given any endpoints and waves then each endpoint is in exactly one wave, at a place of its own', () => {
    fc.assert(
      fc.property(members, waves, order, fc.string(), (all, wanted, by, seed) => {
        const { waves: made, places } = assignWaves(all, wanted, by, seed);
        expect(places).toHaveLength(all.length);
        expect(places.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(
          all.map((_, i) => i),
        );
        expect(made.map((_, index) => places.filter(({ wave }) => wave === index).length)).toEqual(
          made.map(({ size }) => size),
        );
        expect(made.reduce((sum, { size }) => sum + size, 0)).toBe(all.length);
        wanted.forEach(({ size }, index) => {
          const most =
            size.kind === 'percent'
              ? Math.ceil((all.length * size.percent) / 100)
              : size.kind === 'count'
                ? size.count
                : all.length;
          expect(made[index]?.size ?? 0).toBeLessThanOrEqual(most);
        });
      }),
    );
  });

  it('P-08 given an endpoint in the group of a wave then it is in the first such wave, whatever stands before it', () => {
    fc.assert(
      fc.property(members, waves, order, fc.string(), (all, wanted, by, seed) => {
        const { places } = assignWaves(all, wanted, by, seed);
        all.forEach((member, index) => {
          const first = wanted.findIndex(
            ({ size }) => size.kind === 'group' && member.groups.includes(size.group),
          );
          const wave = places[index]?.wave ?? -1;
          const right = first < 0 ? wanted[wave]?.size.kind !== 'group' : wave === first;
          expect(right).toBe(true);
        });
      }),
    );
  });

  it('P-08 given the same endpoints in another order then every one has the same wave and place', () => {
    fc.assert(
      fc.property(members, waves, order, fc.string(), (all, wanted, by, seed) => {
        const { places } = assignWaves(all, wanted, by, seed);
        const reversed = assignWaves(all.toReversed(), wanted, by, seed);
        expect(reversed.places.toReversed()).toEqual(places);
      }),
    );
  });

  it('P-08 given percentages of 200 endpoints then 1 %, 10 % and the rest are 2, 20 and 178; another seed draws others', () => {
    const all = Array.from({ length: 200 }, (_, index) => ({
      id: `e${index}`,
      name: `e${index}`,
      groups: [],
    }));
    const wanted = [1, 10].map((percent) => ({
      name: `${percent} %`,
      size: { kind: 'percent', percent } as const,
    }));
    const one = assignWaves(all, wanted, 'drawn', 'cycle 1');
    expect(one.waves).toEqual([
      { name: '1 %', size: 2 },
      { name: '10 %', size: 20 },
      { name: 'All others', size: 178 },
    ]);
    const other = assignWaves(all, wanted, 'drawn', 'cycle 2');
    expect(other.places.map(({ wave }) => wave)).not.toEqual(one.places.map(({ wave }) => wave));
    const named = assignWaves(all.toReversed(), wanted, 'byName', 'cycle 1');
    expect(named.places.slice(-3).map(({ position }) => position)).toEqual([112, 1, 0]);
  });

  it('P-08 given a group beside a percentage then that is of all endpoints of the cycle, rounded up', () => {
    const ten = Array.from({ length: 10 }, (_, index) => ({
      id: `e${index}`,
      name: `e${index}`,
      groups: index < 4 ? ['Pilot'] : [],
    }));
    const share = (percent: number) =>
      assignWaves(
        ten,
        [
          { name: 'Share', size: { kind: 'percent', percent } },
          { name: 'Pilot', size: { kind: 'group', group: 'Pilot' } },
        ],
        'byName',
        '',
      ).waves.map(({ size }) => size);
    expect(share(50)).toEqual([5, 4, 1]);
    expect(share(11)).toEqual([2, 4, 4]);
  });

  it('P-08 given no waves then all endpoints are one, which is called so', () => {
    expect(assignWaves([{ id: 'a', name: 'a', groups: [] }], [], 'byName', '')).toEqual({
      waves: [{ name: 'All endpoints', size: 1 }],
      places: [{ wave: 0, position: 0 }],
    });
  });
});
