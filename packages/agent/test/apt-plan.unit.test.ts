import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planInstallation } from '../src/patch/apt-plan.ts';

describe('planning an installation', () => {
  it('W-05 leaves out exactly the patches that apt refuses, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(1000), { maxLength: 40 }),
        fc.integer({ min: 1, max: 8 }),
        async (patches, step) => {
          const isBad = (patch: number): boolean => patch % step === 0;
          let asked = 0;
          const plan = await planInstallation(patches, async (some) => {
            asked += 1;
            return some.some(isBad) ? 'no' : null;
          });
          const bad = patches.filter(isBad);
          expect(plan.installable).toEqual(patches.filter((patch) => !isBad(patch)));
          expect(plan.refused).toEqual(bad.map((patch) => ({ patch, reason: 'no' })));
          const most = 1 + bad.length * 3 * Math.ceil(Math.log2(patches.length + 1));
          expect(asked).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it('W-05 given patches that contradict each other, then the first half is installed', async () => {
    const plan = await planInstallation(['a', 'b'], async (some) =>
      some.includes('a') && some.includes('b') ? 'a breaks b' : null,
    );
    expect(plan).toEqual({ installable: ['a'], refused: [{ patch: 'b', reason: 'a breaks b' }] });
  });

  it('asks nothing when there is nothing to install', async () => {
    expect(await planInstallation([], () => Promise.reject(new Error('asked')))).toEqual({
      installable: [],
      refused: [],
    });
  });
});
