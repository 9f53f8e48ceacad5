import { Simulation, type SimulationOptions } from './simulation.ts';

/** What `patchbay simulate` loads; everything else of this package is its own business. */
export function createSimulation(options: SimulationOptions): Promise<Simulation> {
  return Simulation.create(options);
}
