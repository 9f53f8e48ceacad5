import type { AgentMessage, EnrolRequest } from '@patchbay/contracts/agent-protocol';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import type { Logger } from 'pino';
import type { ActivityToSend, Engine } from '../engine/engine.ts';
import type { InstallationKey } from './ed25519.ts';
import type { OpenedWork } from './order-sender.ts';
import type { OutputStore } from './output-intake.ts';
import type { CompletedScan } from './patch-scan.ts';
import type { TakenEvents } from './reboot-intake.ts';
import type { Sessions } from './sessions.ts';

/** What the gateway keeps about endpoints; implemented on the database. */
export interface EndpointStore {
  findForSignIn(endpoint: string): Promise<{ publicKey: string; revoked: boolean } | null>;
  /**
   * Notes what the agent said of itself at sign-in; `scanWanted`: somebody asked for a scan that has not come yet.
   * Null when the endpoint is revoked.
   */
  signedIn(
    endpoint: string,
    said: { policy: LocalPolicy; agentVersion: string },
  ): Promise<{ scanWanted: boolean } | null>;
  saveInventory(endpoint: string, message: Extract<AgentMessage, { type: 'inventory' }>): Promise<void>;
  saveScan(endpoint: string, scan: CompletedScan): Promise<void>;
  /** An agent has connected in this boot: a flow of an earlier one is over. True when there was one. */
  noteBoot(endpoint: string, bootId: string): Promise<boolean>;
  /** Takes in what an endpoint reports of a flow of Interactive Reboot. */
  takeRebootEvents(
    endpoint: string,
    message: Extract<AgentMessage, { type: 'rebootEvents' }>,
  ): Promise<TakenEvents>;
  /** Those of the endpoints that the database does not count as connected to this node (any more). */
  notConnectedHere(endpoints: readonly string[]): Promise<readonly string[]>;
  /** Uses up one use of the token and adds the endpoint (E-01); throws ENROLMENT_REFUSED or NAME_TAKEN. */
  enrol(
    request: EnrolRequest,
    from: { readonly address: string; readonly correlationId: string },
  ): Promise<{ endpoint: string; name: string }>;
}

/** Everything the gateway works with. Times in milliseconds. */
export interface GatewayContext {
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly store: EndpointStore;
  readonly output: OutputStore;
  readonly key: InstallationKey;
  readonly openWork: (toSend: ActivityToSend) => Promise<OpenedWork>;
  readonly heartbeatMs: number;
  /** How often agents scan by themselves, by the settings of the installation. */
  readonly scanEveryMs: () => Promise<number>;
  readonly now: () => number;
  readonly log: Logger;
}
