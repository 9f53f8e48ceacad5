import type { LiveEvent } from '@patchbay/contracts/live-event';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type ChangingThings, readChanging } from '../db/views/changing.ts';

/** Tells listeners what has changed, on whichever node. */
export interface LiveEvents {
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Resolves when every later change will be told to those who listen now. */
  begun(): Promise<void>;
  /** Ends all subscriptions; resolves when the database is not asked any more. */
  stop(): Promise<void>;
}

const intervalMs = 1000;
/** Listeners read again by themselves instead of picking from more ids than this. */
const mostIds = 500;

/** Compares, about once a second and only while somebody listens, what is under way with what was before. */
export function createLiveEvents(pool: pg.Pool, log: Pick<Logger, 'warn'>): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  let before: ChangingThings | null = null;
  let timer: NodeJS.Timeout | undefined;
  /** The latest look; null: nobody listens. */
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    try {
      const now = await readChanging(pool);
      const events = before === null ? [] : changes(before, now);
      before = now;
      for (const event of events) for (const listener of listeners) listener(event);
    } catch (error) {
      log.warn({ err: error }, 'live changes cannot be read');
    }
  };
  /** One look after the other, as long as somebody listens. */
  const lookOn = (): void => {
    looking = look().then(() => {
      if (listeners.size > 0) {
        timer = setTimeout(lookOn, intervalMs).unref();
      } else {
        before = null;
        looking = null;
      }
    });
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      if (looking === null) lookOn();
      return () => listeners.delete(listener);
    },
    async begun() {
      await looking;
    },
    async stop() {
      listeners.clear();
      clearTimeout(timer);
      await looking;
    },
  };
}

/** What differs between two moments. */
function changes(before: ChangingThings, now: ChangingThings): LiveEvent[] {
  const runs = differing(before.runs, now.runs);
  const cycles = differing(before.cycles, now.cycles).map(({ id }) => id);
  const endpoints = [
    ...differing(asThings(before.endpoints), asThings(now.endpoints)),
    ...differing(before.unhealthy, now.unhealthy),
    ...differing(pendingOf(before), pendingOf(now)),
  ];
  const reboots = differing(before.reboots, now.reboots);
  const entries = now.newestLogEntry - before.newestLogEntry;
  const events: LiveEvent[] = [
    { kind: 'run', ids: runs.map(({ id }) => id) },
    { kind: 'cycle', ids: [...new Set([...runs.map(({ cycle }) => cycle), ...cycles])] },
    { kind: 'endpoint', ids: [...new Set(endpoints.map(({ id }) => id))] },
    { kind: 'reboot', ids: reboots.map(({ id }) => id) },
    // Some of these numbers may not have come to anything.
    { kind: 'log', ids: entries > 0 ? [now.newestLogEntry] : [] },
  ];
  return events
    .filter(({ ids }) => ids.length > 0)
    .map(({ kind, ids }) => ({ kind, ids: ids.length > mostIds ? [] : ids }));
}

function asThings(ids: readonly string[]): { id: string; version: true }[] {
  return ids.map((id) => ({ id, version: true }));
}

/** The endpoints that wait for a reboot. */
function pendingOf({ reboots }: ChangingThings): { id: string; version: true }[] {
  return asThings([...new Set(reboots.map(({ endpoint }) => endpoint))]);
}

/** The things that have come, gone or changed. */
function differing<Thing extends { readonly id: number | string; readonly version: unknown }>(
  before: readonly Thing[],
  now: readonly Thing[],
): Thing[] {
  const were = new Map(before.map((thing) => [thing.id, thing.version]));
  const are = new Set(now.map(({ id }) => id));
  return [
    ...now.filter(({ id, version }) => were.get(id) !== version),
    ...before.filter(({ id }) => !are.has(id)),
  ];
}
