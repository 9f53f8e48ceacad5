import type { PatchWork } from '@patchbay/contracts/activity-order';
import type {
  ApplicablePatch,
  Inventory,
  PatchResult,
  ReadinessCheck,
  RebootNeed,
} from '@patchbay/contracts/inventory';
import type { Notifier } from './notify/notifier.ts';
import type { SystemReboot } from './reboot/system-reboot.ts';

/** What the agent asks of the operating system that it lives on; one implementation per OS. */
export interface EndpointSystem {
  /** The facts of E-02. */
  inventory(): Promise<Inventory>;
  /** Changes with every boot and with nothing else. */
  bootId(): Promise<string>;
  /** Whether a reboot is needed, with the reasons (E-06). */
  rebootNeed(): Promise<RebootNeed>;
  /** The readiness checks of E-10. */
  readiness(): Promise<ReadinessCheck[]>;
  /** null: this OS has no patch provider yet. */
  readonly patches: PatchProvider | null;
  /** Shows notifications of Interactive Reboot; absent: this OS has no notifier. */
  readonly notifier?: Notifier | null;
  /** absent: this OS cannot be rebooted by the agent. */
  readonly systemReboot?: SystemReboot | null;
}

export interface PatchScanOptions {
  /** Takes lines for the agent's log. */
  readonly log: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface PatchApplyOptions {
  /** Takes what the package manager prints, as it prints it. */
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Buffer) => void;
  /** Asks to give up while nothing has been changed yet; an installation under way is never cut (W-13). */
  readonly signal: AbortSignal;
}

/** What the patch operation came to (E-05, E-06). */
export interface PatchApplied {
  readonly patches: PatchResult[];
  readonly reboot: RebootNeed;
}

/** One package manager or update service (E-04). Both functions reject with {@link PatchToolError} when the tool itself gave up. */
export interface PatchProvider {
  /** The applicable patches (E-03). */
  scan(options: PatchScanOptions): Promise<ApplicablePatch[]>;
  /** Simulates or installs the selected patches. */
  apply(work: PatchWork, options: PatchApplyOptions): Promise<PatchApplied>;
}

/** The package manager gave up before any patch was decided: locked, broken, unreachable. The message is for people. */
export class PatchToolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PatchToolError';
  }
}
