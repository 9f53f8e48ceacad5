import type { EndpointSystem } from '@patchbay/agent/endpoint-system';
import type { ReadinessCheck } from '@patchbay/contracts/inventory';
import type { SimulatedMachine } from './simulated-machine.ts';
import { SimulatedPatches } from './simulated-patches.ts';
import { SimulatedUser } from './simulated-user.ts';

const checks = [
  'packageManager',
  'repositories',
  'diskSpace',
  'clock',
  'privileges',
  'notifier',
  'provider',
] as const;
const readiness = checks.map((name): ReadinessCheck => {
  return { name, state: 'ok', message: 'Simulated: nothing stands in the way.', action: null };
});

/** What an agent on a simulated machine takes for the operating system. */
export function simulatedSystem(machine: SimulatedMachine): EndpointSystem {
  const { kind, draws, time } = machine.options;
  const notifier = new SimulatedUser(kind.userShare, draws, time);
  return {
    inventory: async () => machine.inventory(notifier.users),
    bootId: async () => machine.bootId,
    rebootNeed: async () => machine.rebootNeed(),
    readiness: async () => readiness,
    patches: new SimulatedPatches(machine),
    notifier,
    systemReboot: {
      async schedule(at) {
        machine.rebootIn(at - time.now());
        return 'the simulator';
      },
      async unschedule() {
        machine.cancelReboot();
      },
    },
  };
}
