import { activityId } from '@patchbay/domain/activity/activity-id';
import type { ActivityToSend, Dispatch } from '../engine/engine.ts';
import type { GatewayContext } from './gateway-context.ts';
import { type OrderMessage, orderFor, UnusableWork } from './order-sender.ts';
import type { Session } from './sessions.ts';

/** Sends orders to the endpoints that are connected here, in the order in which they were committed. */
export function createDispatch(
  context: Pick<GatewayContext, 'engine' | 'sessions' | 'key' | 'openWork' | 'now' | 'log'>,
): Dispatch {
  // A stop must not overtake its start, whose work may have to be loaded.
  const lastOrder = new WeakMap<Session, Promise<void>>();

  const conclude = async (toSend: ActivityToSend, problem: UnusableWork): Promise<void> => {
    const { endpoint } = toSend;
    const activity = activityId(toSend);
    context.log.error({ endpoint, activity, reason: problem.message }, 'an activity cannot be sent');
    await context.engine.report(endpoint, {
      activity,
      startedAt: null,
      finishedAt: context.now(),
      bootId: '',
      outcome: { kind: 'notStarted', reason: problem.message },
      outputBytes: { stdout: 0, stderr: 0 },
      cutBytes: { stdout: 0, stderr: 0 },
    });
  };
  const send = async (
    session: Session,
    toSend: ActivityToSend,
    order: Promise<OrderMessage>,
    before: Promise<void> | undefined,
  ): Promise<void> => {
    const [made] = await Promise.allSettled([order, before]);
    if (made.status === 'fulfilled') return session.send(made.value);
    const err: unknown = made.reason;
    if (err instanceof UnusableWork) return await conclude(toSend, err);
    context.log.error({ err, endpoint: toSend.endpoint }, 'an order could not be made');
    // When the agent is back, the engine has it sent once more.
    session.close('INTERNAL', 'an order could not be made');
  };

  return (orders) => {
    for (const toSend of orders) {
      const session = context.sessions.of(toSend.endpoint);
      if (session === undefined) continue;
      const order = orderFor(toSend, context);
      const sent = send(session, toSend, order, lastOrder.get(session)).catch((err: unknown) => {
        context.log.error({ err, endpoint: toSend.endpoint }, 'an activity could not be concluded');
      });
      lastOrder.set(session, sent);
    }
  };
}
