import type { AgentMessage } from '@patchbay/contracts/agent-protocol';
import { limits } from '@patchbay/contracts/limits';
import { parseActivityId } from '@patchbay/domain/activity/activity-id';
import { rebootEntries } from '@patchbay/domain/log/reboot-entries';
import type { RebootEvent } from '@patchbay/domain/reboot/event';
import { latestReboot } from '@patchbay/domain/reboot/forecast';
import { type Replay, replay } from '@patchbay/domain/reboot/replay';
import { nextWake } from '@patchbay/domain/reboot/timing';
import type pg from 'pg';
import { insertLogEntries } from '../db/log-entries.ts';
import { type Transaction, withTransaction } from '../db/pool.ts';
import {
  addMember,
  beginFlow,
  holdFlow,
  isRebootActivity,
  type KnownFlow,
  removeMember,
  saveFlow,
} from '../db/reboot-flows.ts';

type RebootEvents = Extract<AgentMessage, { type: 'rebootEvents' }>;

/** What became of an endpoint's report on a flow: how many of its events are stored, and whether it has ended now. */
export interface TakenEvents {
  readonly count: number;
  readonly ended: boolean;
}

/** Of what is not the endpoint's: it can forget all of it. */
const nothingOfIt: TakenEvents = { count: Number.MAX_SAFE_INTEGER, ended: false };

/**
 * Takes in what an endpoint reports of a flow of Interactive Reboot: what is stored already is skipped, what
 * leaves a gap is not stored, and what the rules do not allow is kept and marked, but changes nothing. `now` in
 * epoch milliseconds.
 */
export async function takeRebootEvents(
  pool: pg.Pool,
  endpoint: string,
  message: RebootEvents,
  now: number,
): Promise<TakenEvents> {
  const key = parseActivityId(message.flow);
  if (key === null) return nothingOfIt;
  return withTransaction(pool, async (tx) => {
    const [first] = message.events;
    if (message.from === 0 && first !== undefined) {
      const times = { startedAt: new Date(first.now.at), now: new Date(now) };
      await beginFlow(tx, endpoint, message.flow, key, times);
    }
    const flow = await holdFlow(tx, endpoint, message.flow);
    if (flow === null) {
      return (await isRebootActivity(tx, endpoint, key)) ? { count: 0, ended: false } : nothingOfIt;
    }
    const end = message.from + message.events.length;
    // Acknowledged and dropped: an honest flow has some tens.
    if (flow.events >= limits.rebootFlowEvents) return { count: end, ended: false };
    const fresh = message.events.slice(Math.max(0, flow.events - message.from));
    if (message.from > flow.events || fresh.length === 0) return { count: flow.events, ended: isEnded(flow) };
    return store(tx, endpoint, flow, fresh, now);
  });
}

function isEnded({ state }: Pick<KnownFlow, 'state'>): boolean {
  return state.status === 'ended';
}

async function store(
  tx: Transaction,
  endpoint: string,
  flow: KnownFlow,
  events: readonly RebootEvent[],
  now: number,
): Promise<TakenEvents> {
  const { id, settings } = flow;
  const strangers = await notOfEndpoint(tx, endpoint, events);
  const replayed = replay(settings, flow.state, events, (event) => {
    if (event.kind === 'begin' && event.activity !== id) return 'the activity is not that of the flow';
    return 'activity' in event && strangers.has(event.activity)
      ? 'the activity is not of this endpoint'
      : null;
  });
  const { state } = replayed;
  const disputed = flow.disputed || replayed.events.some((one) => one.disputed !== null);
  const begun = replayed.events.find(({ event, disputed: why }) => event.kind === 'begin' && why === null);
  const isOver = isEnded(replayed);
  await saveFlow(
    tx,
    {
      id,
      state,
      events: flow.events + events.length,
      disputed,
      startedAt: begun?.event.now.at ?? null,
      nextAt: isOver ? null : within(nextWake(settings, state, state.now)),
      latestRebootAt:
        isOver || state.status === 'new' ? null : within(latestReboot(settings, state, state.now)),
      now,
    },
    flow.events,
    replayed.events,
  );
  await saveMembers(tx, endpoint, id, replayed, new Date(now));
  const activity = parseActivityId(id);
  if (activity !== null) {
    const logged = { flow: id, endpoint, activity, since: flow.since, now, disputed: flow.disputed };
    await insertLogEntries(tx, rebootEntries(logged, replayed.events));
  }
  return { count: flow.events + events.length, ended: isOver };
}

/** The activities that events name and that are not Interactive Reboots of the endpoint. */
async function notOfEndpoint(
  tx: Transaction,
  endpoint: string,
  events: readonly RebootEvent[],
): Promise<ReadonlySet<string>> {
  const strangers = new Set<string>();
  for (const named of new Set(events.flatMap((event) => ('activity' in event ? [event.activity] : [])))) {
    const key = parseActivityId(named);
    if (key === null || !(await isRebootActivity(tx, endpoint, key))) strangers.add(named);
  }
  return strangers;
}

async function saveMembers(
  tx: Transaction,
  endpoint: string,
  flow: string,
  { events }: Replay,
  now: Date,
): Promise<void> {
  for (const { event, disputed } of events) {
    const key = 'activity' in event && disputed === null ? parseActivityId(event.activity) : null;
    if (key === null) continue;
    if (event.kind === 'stopped') await removeMember(tx, flow, key, now);
    else await addMember(tx, endpoint, flow, key);
  }
}

/** No endpoint's clock makes a time that the database cannot hold. */
function within(at: number | null): number | null {
  return at === null || !Number.isFinite(at)
    ? null
    : Math.min(Math.max(Math.round(at), 0), Date.UTC(9999, 0));
}
