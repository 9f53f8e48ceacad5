import type { AgentMessage, EnrolRequest } from '@patchbay/contracts/agent-protocol';
import type { LocalPolicy } from '@patchbay/contracts/inventory';
import type { Logger } from 'pino';
import type { ActivityToSend, Engine } from '../engine/engine.ts';
import type { InstallationKey } from './ed25519.ts';
import type { OpenedWork } from './order-sender.ts';
import type { OutputStore } from './output-intake.ts';
import type { CompletedScan } from './patch-scan.ts';
import type { Sessions } from './sessions.ts';

/** What the gateway keeps about endpoints; implemented on the database. */
export interface EndpointStore {
  findForSignIn(endpoint: string): Promise<{ publicKey: string; revoked: boolean } | null>;
  /** Notes what the agent said of itself at sign-in; `scanWanted`: somebody asked for a scan that has not come yet. */
  signedIn(
    endpoint: string,
    said: { policy: LocalPolicy; agentVersion: string },
  ): Promise<{ scanWanted: boolean }>;
  saveInventory(endpoint: string, message: Extract<AgentMessage, { type: 'inventory' }>): Promise<void>;
  saveScan(endpoint: string, scan: CompletedScan): Promise<void>;
  /** Uses up one use of the token and adds the endpoint; throws ENROLMENT_REFUSED or NAME_TAKEN. */
  enrol(request: EnrolRequest): Promise<{ endpoint: string; name: string }>;
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
