import type { ScriptWork } from '@patchbay/contracts/activity-order';
import { applicablePatch, inventory } from '@patchbay/contracts/inventory';
import { describe, expect, it } from 'vitest';
import { machineKinds } from '../src/machine-kind.ts';
import { Draws } from '../src/seeded-random.ts';
import { SimulatedMachine } from '../src/simulated-machine.ts';
import { SimulatedPatches } from '../src/simulated-patches.ts';
import { simulateScript } from '../src/simulated-script.ts';
import { SimulatedTime } from '../src/simulated-time.ts';

const kinds = Object.values(machineKinds).flat();
const [kind] = machineKinds.windows;
const secret = 'do not print me';

function machine(failRate = 0): SimulatedMachine {
  const draws = new Draws('seed', 1);
  return new SimulatedMachine({ name: 'simulated-1', kind, draws, time: new SimulatedTime(1e6), failRate });
}

function script(content: string, reboots = false): ScriptWork {
  return {
    kind: 'script',
    reboots,
    interpreter: 'powershell',
    content,
    environment: { PATCHBAY_SECRET: secret },
    secretNames: ['PATCHBAY_SECRET'],
    runAs: null,
    timeoutMs: 60_000,
    outputLimitBytes: 1024,
  };
}

async function play(on: SimulatedMachine, work: ScriptWork) {
  let output = '';
  const onOutput = (_stream: string, chunk: Buffer): void => {
    output += chunk.toString();
  };
  const end = await simulateScript(on, work, { signal: new AbortController().signal, onOutput });
  return { end, output };
}

/** Installs everything, as an order for all patches does. */
function installAll(on: SimulatedMachine, simulate = false) {
  return new SimulatedPatches(on).apply(
    {
      kind: 'patch',
      simulate,
      selection: { which: 'all', ids: [], exclude: [] },
      lockWaitMs: 0,
      timeoutMs: 60_000,
      outputLimitBytes: 1024,
    },
    { onOutput: () => {}, signal: new AbortController().signal },
  );
}

describe('a simulated machine', () => {
  it.each(kinds)('of the kind $name tells facts and patches that the protocol allows', (one) => {
    const options = {
      name: 'simulated-1',
      draws: new Draws('seed'),
      time: new SimulatedTime(1),
      failRate: 0,
    };
    const made = new SimulatedMachine({ ...options, kind: one });
    expect(inventory.safeParse(made.inventory([])).error).toBeUndefined();
    for (const { brings: _, ...patch } of one.patches) {
      expect(applicablePatch.safeParse(patch).error).toBeUndefined();
    }
  });

  it('is the same for the same seed, and another for another', () => {
    const numbers = (draws: Draws): number[] => [draws.next('one'), draws.next('other'), draws.next('one')];
    expect(numbers(new Draws('seed', 1))).toEqual(numbers(new Draws('seed', 1)));
    expect(numbers(new Draws('seed', 2))).not.toEqual(numbers(new Draws('seed', 1)));
  });

  it('draws for each topic by itself, whatever is drawn between', () => {
    const draws = new Draws('seed');
    const first = draws.next('one');
    draws.next('other');
    const again = new Draws('seed');
    expect([again.next('one'), again.next('one')]).toEqual([first, draws.next('one')]);
  });

  it('P-10 installs nothing in a rehearsal; otherwise needs a reboot, after which it is what the patches bring', async () => {
    const one = machine();
    const before = one.applicable;
    const rehearsed = await installAll(one, true);
    expect(new Set(rehearsed.patches.map(({ outcome }) => outcome))).toEqual(new Set(['wouldInstall']));
    expect(one.applicable).toEqual(before);

    const { patches, reboot } = await installAll(one);
    expect(patches.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(one.applicable).toEqual([]);
    expect(reboot).toEqual({ needed: true, reasons: ['Windows Update says so'] });
    const bootId = one.bootId;
    one.boot();
    expect(one.bootId).not.toBe(bootId);
    expect(one.rebootNeed().needed).toBe(false);
    expect(one.inventory([]).osVersion).not.toBe(kind.osVersion);
  });

  it('plays scripts without running them, and prints neither their text nor their parameters', async () => {
    const { end, output } = await play(machine(), script('Write-Output $env:PATCHBAY_SECRET\nexit 7\n'));
    expect(end).toEqual({ kind: 'exited', exitCode: 0, facts: {} });
    expect(output).toBe('This endpoint is simulated: the script (powershell, 2 lines) is not run.\n');
  });

  it('fails as often as it is told', async () => {
    const { end } = await play(machine(1), script('exit 0'));
    expect(end).toMatchObject({ kind: 'exited', exitCode: expect.toSatisfy((code: number) => code > 0) });
    const { patches } = await installAll(machine(1));
    expect(new Set(patches.map(({ outcome }) => outcome))).toEqual(new Set(['failed']));
  });

  it('L-04 publishes whether it needs a reboot, and reboots for a script that asks for one only then', async () => {
    const one = machine();
    let reboots = 0;
    one.reboot = () => {
      reboots += 1;
    };
    const ifNeeded = script("Publish-Fact 'rebootNeeded' 'true'", true);
    expect((await play(one, ifNeeded)).end).toMatchObject({
      facts: { rebootNeeded: 'false', rebootScheduled: 'false' },
    });
    expect(reboots).toBe(0);
    await installAll(one);
    expect((await play(one, ifNeeded)).end).toMatchObject({
      facts: { rebootNeeded: 'true', rebootScheduled: 'true' },
    });
    await expect.poll(() => reboots).toBe(1);
  });
});
