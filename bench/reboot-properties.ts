import fc from 'fast-check';
import { draws, rebootSettings, zones } from '../packages/domain/test/reboot-arbitraries.ts';
import { Witness } from '../packages/domain/test/reboot-invariants.ts';
import { play } from '../packages/domain/test/reboot-play.ts';

/** Plays so many random sequences of events against the rules of Interactive Reboot; answers how many kept them all. */
export function measureRebootProperties(sequences: number): Promise<number> {
  let kept = 0;
  const property = fc.property(rebootSettings, zones, draws, (settings, zone, drawn) => {
    const witness = new Witness(settings);
    play(settings, zone, drawn, (before, event, decision) => witness.see(before, event, decision));
    kept += 1;
  });
  fc.assert(property, { numRuns: sequences });
  return Promise.resolve(kept);
}
