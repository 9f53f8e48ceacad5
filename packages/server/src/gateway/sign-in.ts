import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import type { GoodbyeCode } from '@patchbay/contracts/goodbye';
import { signInText, welcomeText } from '@patchbay/contracts/signing-text';
import { verifySignature } from './ed25519.ts';
import type { GatewayContext } from './gateway-context.ts';
import { scanOrder } from './order-sender.ts';
import type { Session } from './sessions.ts';

/** The first message of an agent. */
export type Hello = Extract<AgentMessage, { type: 'hello' }>;

/** Why an agent is not let in. */
export interface Refusal {
  readonly code: GoodbyeCode;
  readonly reason: string;
}

const revoked: Refusal = { code: 'REVOKED', reason: 'the endpoint was revoked' };

/** Why an agent is not let in; null when it is (S-04). Says nothing about an endpoint to who has not its key. */
export async function refusalOf(
  hello: Hello,
  serverNonce: string,
  { store }: Pick<GatewayContext, 'store'>,
): Promise<Refusal | null> {
  const endpoint = await store.findForSignIn(hello.endpoint);
  const text = signInText(serverNonce, hello.nonce, hello.endpoint);
  if (endpoint === null || !verifySignature(endpoint.publicKey, text, hello.signature)) {
    return { code: 'SIGN_IN_REFUSED', reason: 'unknown endpoint or wrong key: enrol again' };
  }
  return endpoint.revoked ? revoked : null;
}

/** Greets an agent that was let in, and tells the engine of it. */
export async function welcome(hello: Hello, session: Session, context: GatewayContext): Promise<void> {
  const { endpoint, bootId, journal, policy, agentVersion } = hello;
  const scanEveryMs = await context.scanEveryMs();
  const serverTime = context.now();
  session.send({
    type: 'welcome',
    serverTime,
    signature: context.key.sign(welcomeText(hello.nonce, endpoint, serverTime)),
    heartbeatMs: context.heartbeatMs,
    scanEveryMs,
  });
  await context.sessions.enter(session, async () => {
    // Looked at again now that `revoke` finds the session: a revocation cannot fall between the two (S-04).
    const known = await context.store.signedIn(endpoint, { policy, agentVersion });
    if (known === null) return session.close(revoked.code, revoked.reason);
    const flowIsOver = await context.store.noteBoot(endpoint, bootId);
    await context.engine.connected(endpoint, bootId, journal);
    if (flowIsOver) context.engine.flowsEnded();
    if (known.scanWanted) session.send(scanOrder(endpoint, context.key, context.now()));
  });
}
