import { type AgentMessage, agentMessage, protocolVersion } from '@patchbay/contracts/agent-protocol';
import type { GoodbyeCode } from '@patchbay/contracts/goodbye';

/** A message of an agent, or why the connection ends because of it (S-07). */
export type ParsedMessage =
  | { readonly ok: true; readonly message: AgentMessage }
  | { readonly ok: false; readonly code: GoodbyeCode; readonly reason: string };

const maxReasonLength = 500;

/** Reads one message; the reason tells the author of an agent which field is wrong. */
export function parseMessage(text: string): ParsedMessage {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, code: 'INVALID_MESSAGE', reason: 'not well-formed JSON' };
  }
  const version = helloVersion(json);
  if (version !== undefined && version !== protocolVersion) {
    const reason = `this server speaks version ${protocolVersion} of the agent protocol`;
    return { ok: false, code: 'PROTOCOL_VERSION', reason };
  }
  const result = agentMessage.safeParse(json);
  if (result.success) return { ok: true, message: result.data };
  const issue = result.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'message' : issue.path.join('.');
  const reason = `${where}: ${issue?.message ?? 'not valid'}`.slice(0, maxReasonLength);
  return { ok: false, code: 'INVALID_MESSAGE', reason };
}

/** Another version's `hello` may have other fields: its version is looked at before its form. */
function helloVersion(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if (!('type' in json) || json.type !== 'hello' || !('protocol' in json)) return undefined;
  return Number.isInteger(json.protocol) ? Number(json.protocol) : undefined;
}
