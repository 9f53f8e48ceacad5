import { randomUUID } from 'node:crypto';
import { agentVersion } from '@patchbay/agent/agent-version';
import type { UserSession } from '@patchbay/agent/notify/notifier';
import type { FlowClock } from '@patchbay/agent/reboot/flow-clock';
import type { Inventory, RebootNeed } from '@patchbay/contracts/inventory';
import type { MachineKind } from './machine-kind.ts';
import type { SimulatedPatch } from './patch-catalogue.ts';
import type { Draws } from './seeded-random.ts';
import type { SimulatedTime } from './simulated-time.ts';

/** What a simulated machine is made of. */
export interface MachineOptions {
  readonly name: string;
  readonly kind: MachineKind;
  readonly draws: Draws;
  readonly time: SimulatedTime;
  /** The share of scripts and patches that fail. */
  readonly failRate: number;
}

const day = 24 * 3_600_000;
const gigabyte = 1024 ** 3;
/** Most machines lack most of the patches of their kind. */
const offeredShare = 0.7;

/** A machine that does not exist: what it is, what it lacks, and since when it has been up. */
export class SimulatedMachine {
  readonly options: MachineOptions;
  /** The clocks that flows of Interactive Reboot go by. */
  readonly flowClock: FlowClock = {
    now: () => {
      const at = this.options.time.now();
      return { at, up: at - this.#bootedAt, zone: { offsetMinutes: 0, change: null } };
    },
    after: (ms, call) => this.options.time.after(ms, () => void call()),
  };
  /** Patches that are not installed. */
  applicable: readonly SimulatedPatch[];
  /** How many scripts and patch operations have been played to their end. */
  played = 0;
  /** Brings the machine down and up again. */
  reboot: () => void = () => {};
  /** Installed since the last boot and asking for the next one. */
  #awaitingReboot: SimulatedPatch[] = [];
  #bootId = randomUUID();
  #bootedAt: number;
  #kernel: string;
  #osVersion: string;
  #cancelReboot: () => void = () => {};
  readonly #address: string;
  readonly #freeBytes: number;

  constructor(options: MachineOptions) {
    const { kind, draws, time } = options;
    this.options = options;
    this.applicable = kind.patches.filter(({ id }) => draws.happens(offeredShare, `lacks ${id}`));
    this.#bootedAt = Math.round(time.now() - draws.between(day, 40 * day, 'uptime'));
    this.#kernel = kind.kernel;
    this.#osVersion = kind.osVersion;
    // 198.18.0.0/15 is set aside for tests.
    const part = (): number => Math.floor(draws.between(1, 255, 'address'));
    this.#address = `198.18.${part()}.${part()}`;
    this.#freeBytes = Math.round(draws.between(15, 80, 'free space') * gigabyte);
  }

  get bootId(): string {
    return this.#bootId;
  }

  /** The patch is installed now. */
  install(patch: SimulatedPatch): void {
    this.applicable = this.applicable.filter((one) => one !== patch);
    if (patch.rebootHint) this.#awaitingReboot.push(patch);
  }

  /** Whether a reboot is needed, and because of what (E-06). */
  rebootNeed(): RebootNeed {
    const { rebootReason } = this.options.kind;
    const reasons = new Set(this.#awaitingReboot.map((patch) => rebootReason(patch.package)));
    return { needed: reasons.size > 0, reasons: [...reasons] };
  }

  /** Reboots after so many simulated milliseconds, in place of a reboot that was to come. */
  rebootIn(ms: number): void {
    this.cancelReboot();
    this.#cancelReboot = this.options.time.after(ms, () => this.reboot());
  }

  cancelReboot(): void {
    this.#cancelReboot();
  }

  /** Another boot begins, with what was installed in the last one. */
  boot(): void {
    this.#bootId = randomUUID();
    this.#bootedAt = this.options.time.now();
    for (const { brings } of this.#awaitingReboot) {
      this.#kernel = brings?.kernel ?? this.#kernel;
      this.#osVersion = brings?.osVersion ?? this.#osVersion;
    }
    this.#awaitingReboot = [];
  }

  /** The facts of E-02. */
  inventory(users: readonly UserSession[]): Inventory {
    const { name, kind, time } = this.options;
    return {
      hostname: name,
      os: kind.os,
      osName: kind.osName,
      osVersion: this.#osVersion,
      kernel: this.#kernel,
      architecture: 'x86_64',
      addresses: [this.#address],
      uptimeSeconds: Math.round((time.now() - this.#bootedAt) / 1000),
      bootId: this.#bootId,
      timeZone: 'UTC',
      agentVersion,
      disks: [{ mount: kind.systemDisk, totalBytes: 100 * gigabyte, freeBytes: this.#freeBytes }],
      users: users.map(({ user, id }) => ({ name: user, terminal: `session ${id}` })),
      extra: { simulated: 'true' },
    };
  }
}
