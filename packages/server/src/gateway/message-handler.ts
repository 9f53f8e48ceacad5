import type { AgentMessage, ServerMessage } from '@patchbay/contracts/agent-protocol';
import { parseActivityId } from '@patchbay/domain/activity/activity-id';
import type { GatewayContext } from './gateway-context.ts';
import { createOutputIntake } from './output-intake.ts';
import { createScanCollector } from './patch-scan.ts';
import type { Hello } from './sign-in.ts';

/** What an agent may send once it has signed in. */
export type SignedInMessage = Exclude<AgentMessage, Hello>;

/** What each message of a signed-in agent leads to; acknowledgements only after the commit (E-08). */
export function createMessageHandler(
  endpoint: string,
  send: (message: ServerMessage) => void,
  context: Pick<GatewayContext, 'engine' | 'store' | 'output' | 'log'>,
): (message: SignedInMessage) => Promise<void> | void {
  const output = createOutputIntake(endpoint, context.output);
  const scans = createScanCollector();

  const takeOutput = async (message: Extract<AgentMessage, { type: 'output' }>): Promise<void> => {
    const { activity, stream } = message;
    const key = parseActivityId(activity);
    const data = Buffer.from(message.data, 'base64');
    const answer = key === null ? 'unknown' : await output.take(key, stream, message.offset, data);
    // Output of an activity that is not this endpoint's is acknowledged and dropped, so that it stops coming.
    const offset = answer === 'unknown' ? Number.MAX_SAFE_INTEGER : answer.offset;
    send({ type: 'outputStored', activity, stream, offset });
  };

  const takeReport = async ({ report }: Extract<AgentMessage, { type: 'finished' }>): Promise<void> => {
    const taken = await context.engine.report(endpoint, report);
    const { activity } = report;
    if (taken === 'late' || taken === 'unknown') {
      context.log.warn({ endpoint, activity, taken }, 'an activity report changed nothing');
    }
    output.forget(activity);
    send({ type: 'reportStored', activity });
  };

  const takeRebootEvents = async (
    message: Extract<AgentMessage, { type: 'rebootEvents' }>,
  ): Promise<void> => {
    const { count, ended } = await context.store.takeRebootEvents(endpoint, message);
    if (ended) context.engine.flowsEnded();
    send({ type: 'rebootEventsStored', flow: message.flow, count });
  };

  return (message) => {
    switch (message.type) {
      case 'heartbeat':
        return;
      case 'started': {
        const key = parseActivityId(message.activity);
        if (key !== null) context.engine.started(endpoint, key, message.at);
        return;
      }
      case 'output':
        return takeOutput(message);
      case 'finished':
        return takeReport(message);
      case 'inventory':
        return context.store.saveInventory(endpoint, message);
      case 'patches': {
        const scan = scans.add(message);
        return scan === null ? undefined : context.store.saveScan(endpoint, scan);
      }
      case 'rebootEvents':
        return takeRebootEvents(message);
    }
  };
}
