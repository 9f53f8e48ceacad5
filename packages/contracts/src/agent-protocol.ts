import { z } from 'zod';
import { activityIdText } from './activity-order.ts';
import {
  applicablePatch,
  inventory,
  localPolicy,
  patchResult,
  readinessCheck,
  rebootNeed,
} from './inventory.ts';
import { limits } from './limits.ts';
import { rebootEvent } from './reboot-event.ts';
import { facts, name, tags, text } from './text.ts';

/** Version of the agent protocol; a peer that speaks another major version is refused with a clear message. */
export const protocolVersion = 1;

const base64 = (maxBytes: number) => z.base64().max(Math.ceil(maxBytes / 3) * 4 + 4);
/** Raw Ed25519 public key, 32 bytes in base64. */
export const publicKeyText = base64(32).length(44);
/** Ed25519 signature, 64 bytes in base64. */
const signatureText = base64(64).length(88);
const nonce = base64(32).length(44);
/** Epoch milliseconds, before the year 2200: what every database and clock can hold. */
const epochMs = z.int().min(0).max(Date.UTC(2200, 0));

/**
 * `POST /agent/v1/enrol` (E-01). `proof` signs `patchbay-enrol\n<token>\n<publicKey>\n<name>` (UTF-8, "\n" a line feed)
 * with the agent's key, so that nobody can enrol a key that is not theirs.
 */
export const enrolRequest = z.strictObject({
  protocol: z.literal(protocolVersion),
  token: text(200).min(1),
  publicKey: publicKeyText,
  proof: signatureText,
  name,
  tags: tags.default({}),
  inventory,
  policy: localPolicy,
});
export type EnrolRequest = z.infer<typeof enrolRequest>;

/** The answer to an enrolment; the agent pins `installationKey` and checks every order with it. */
export const enrolResponse = z.strictObject({
  endpoint: z.uuid(),
  name,
  installationKey: publicKeyText,
});

/** The end of an activity as the agent's journal holds it. `bootId`: the boot in which it started. */
export const activityReport = z.strictObject({
  activity: activityIdText,
  /** The agent's clock corrected by the server's. */
  startedAt: epochMs.nullable(),
  finishedAt: epochMs,
  bootId: text(128),
  outcome: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('exited'), exitCode: z.int().min(-1).max(0xffffffff), facts }),
    z.strictObject({ kind: z.literal('timedOut') }),
    z.strictObject({ kind: z.literal('interrupted'), reason: text(1000) }),
    z.strictObject({ kind: z.literal('cancelled') }),
    z.strictObject({ kind: z.literal('refused'), reason: text(1000) }),
    z.strictObject({ kind: z.literal('notStarted'), reason: text(1000) }),
    z.strictObject({
      kind: z.literal('patched'),
      patches: z.array(patchResult).max(5000),
      reboot: rebootNeed,
    }),
    z.strictObject({
      kind: z.literal('simulated'),
      patches: z.array(patchResult).max(5000),
      reboot: rebootNeed,
    }),
    z.strictObject({ kind: z.literal('patchToolFailed'), reason: text(4000) }),
    z.strictObject({ kind: z.literal('userAsked') }),
  ]),
  /** Bytes of output that are sent in all, per stream; they may still be on their way. */
  outputBytes: z.strictObject({ stdout: z.int().min(0), stderr: z.int().min(0) }),
  /** Bytes of output that were cut beyond the limit, per stream. */
  cutBytes: z.strictObject({ stdout: z.int().min(0), stderr: z.int().min(0) }),
});
export type ActivityReport = z.infer<typeof activityReport>;

/** What the agent's journal holds of an activity that the server has not acknowledged yet. */
export const journalEntry = z.strictObject({
  activity: activityIdText,
  state: z.enum(['running', 'finished']),
});
export type JournalEntry = z.infer<typeof journalEntry>;

/** Messages from the agent to the server. */
export const agentMessage = z.discriminatedUnion('type', [
  /**
   * The answer to `challenge`. `signature` signs `patchbay-sign-in\n<server nonce>\n<agent nonce>\n<endpoint>`.
   */
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.int(),
    endpoint: z.uuid(),
    nonce,
    signature: signatureText,
    agentVersion: text(40),
    bootId: text(128).min(1),
    policy: localPolicy,
    /** Everything unacknowledged: the server sends again what is missing here and was never started. */
    journal: z.array(journalEntry).max(1000),
  }),
  z.strictObject({ type: z.literal('heartbeat') }),
  z.strictObject({ type: z.literal('started'), activity: activityIdText, at: epochMs }),
  /** Output in order; `offset` counts raw bytes of the stream from 0, `data` is base64. */
  z.strictObject({
    type: z.literal('output'),
    activity: activityIdText,
    stream: z.enum(['stdout', 'stderr']),
    offset: z.int().min(0),
    data: base64(limits.outputChunkBytes),
  }),
  z.strictObject({ type: z.literal('finished'), report: activityReport }),
  z.strictObject({
    type: z.literal('inventory'),
    inventory,
    readiness: z.array(readinessCheck).max(50),
    reboot: rebootNeed,
  }),
  /** One part of a patch scan; `last` completes it and replaces what was known. */
  z.strictObject({
    type: z.literal('patches'),
    scan: z.uuid(),
    part: z.int().min(0).max(10_000),
    last: z.boolean(),
    /** Set when the scan failed; the patches known before stay. */
    problem: text(4000).nullable(),
    patches: z.array(applicablePatch).max(limits.patchesPerMessage),
  }),
  /**
   * What happened in a flow of Interactive Reboot, in order; `from` counts the flow's events from 0. Kept and sent
   * again until `rebootEventsStored`.
   */
  z.strictObject({
    type: z.literal('rebootEvents'),
    flow: activityIdText,
    from: z.int().min(0).max(1_000_000),
    events: z.array(rebootEvent).min(1).max(limits.rebootEventsPerMessage),
  }),
]);
export type AgentMessage = z.infer<typeof agentMessage>;

/** Messages from the server to the agent. */
export const serverMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('challenge'), protocol: z.literal(protocolVersion), nonce }),
  /**
   * Sign-in is complete. `signature` signs `patchbay-welcome\n<agent nonce>\n<endpoint>\n<serverTime>` with the
   * installation's key; the agent corrects its clock for expiry checks by `serverTime` (epoch milliseconds).
   */
  z.strictObject({
    type: z.literal('welcome'),
    serverTime: z.int(),
    signature: signatureText,
    heartbeatMs: z.int().min(100),
    /** The agent scans by itself about this often, spread at random. */
    scanEveryMs: z.int().min(1000),
  }),
  /** A signed order: `payload` is the JSON text of an `order`, `signature` signs `patchbay-order\n<payload>`. */
  z.strictObject({ type: z.literal('order'), payload: z.string(), signature: signatureText }),
  /** The report is stored for good: the agent may forget the activity. */
  z.strictObject({ type: z.literal('reportStored'), activity: activityIdText }),
  /** Output up to `offset` is stored. */
  z.strictObject({
    type: z.literal('outputStored'),
    activity: activityIdText,
    stream: z.enum(['stdout', 'stderr']),
    offset: z.int().min(0),
  }),
  /** The first `count` events of the flow are stored for good; what follows is expected next. */
  z.strictObject({
    type: z.literal('rebootEventsStored'),
    flow: activityIdText,
    count: z.int().min(0),
  }),
  /** The server ends the connection; `retry: false` means that coming back is of no use (revoked, unknown). */
  z.strictObject({ type: z.literal('goodbye'), code: z.string(), reason: z.string(), retry: z.boolean() }),
]);
export type ServerMessage = z.infer<typeof serverMessage>;
