import {
  type PatchApplied,
  type PatchApplyOptions,
  type PatchProvider,
  PatchToolError,
} from '@patchbay/agent/endpoint-system';
import { selectPatches } from '@patchbay/agent/patch/patch-selection';
import type { PatchWork } from '@patchbay/contracts/activity-order';
import type { ApplicablePatch, PatchResult } from '@patchbay/contracts/inventory';
import type { SimulatedPatch } from './patch-catalogue.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

const second = 1_000;
/** What a patch tool says of a patch that it could not install. */
const failures = [
  'Simulated: the installation script ended with exit code 1',
  'Simulated: the download broke off',
  'Simulated: a file is in use by another program',
] as const;

/** The package manager or update service of a simulated machine. */
export class SimulatedPatches implements PatchProvider {
  readonly #machine: SimulatedMachine;

  constructor(machine: SimulatedMachine) {
    this.#machine = machine;
  }

  async scan(): Promise<ApplicablePatch[]> {
    const { draws, time } = this.#machine.options;
    await time.pass(draws.between(2 * second, 10 * second, 'duration of a scan'));
    return this.#machine.applicable.map((offered) => {
      const { brings: _, ...patch } = offered;
      return patch;
    });
  }

  async apply(work: PatchWork, { onOutput, signal }: PatchApplyOptions): Promise<PatchApplied> {
    const { draws, time } = this.#machine.options;
    const say = (line: string): void => onOutput('stdout', Buffer.from(`${line}\n`));
    say('This endpoint is simulated: nothing is downloaded or installed.');
    await time.pass(draws.between(3 * second, 10 * second, 'duration of a selection'), signal);
    if (signal.aborted) throw new PatchToolError('the operation was stopped before anything was installed');
    const { applicable } = this.#machine;
    const { chosen, notApplicable } = selectPatches(applicable, work.selection);
    const patches = [...notApplicable];
    for (const patch of applicable.filter((one) => chosen.includes(one))) {
      const result = work.simulate ? resultOf(patch, 'wouldInstall') : await this.#install(patch);
      say(`${result.outcome} ${patch.id}${result.message === null ? '' : `: ${result.message}`}`);
      patches.push(result);
    }
    this.#machine.played += 1;
    return { patches, reboot: this.#machine.rebootNeed() };
  }

  /** Takes its time, fails now and then; a patch that has failed may succeed the next time. */
  async #install(patch: SimulatedPatch): Promise<PatchResult> {
    const { draws, time, failRate } = this.#machine.options;
    await time.pass(draws.between(5 * second, 40 * second, `duration of ${patch.id}`));
    if (draws.happens(failRate, `failure of ${patch.id}`)) {
      return resultOf(patch, 'failed', draws.oneOf(failures, 'message of a failed patch'));
    }
    this.#machine.install(patch);
    return resultOf(patch, 'installed');
  }
}

function resultOf(
  patch: SimulatedPatch,
  outcome: PatchResult['outcome'],
  message: string | null = null,
): PatchResult {
  return {
    id: patch.id,
    package: patch.package,
    fromVersion: patch.currentVersion,
    toVersion: patch.version,
    outcome,
    security: patch.classification === 'security',
    message,
  };
}
