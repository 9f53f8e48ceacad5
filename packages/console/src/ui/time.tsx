import { useSyncExternalStore } from 'react';
import { agoText, durationText, elapsed, fullTime, shortTime } from './instant.ts';

const everyMs = 1000;
let current = Date.now();
const listeners = new Set<() => void>();
let ticking: number | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) current = Date.now();
  listeners.add(listener);
  ticking ??= window.setInterval(() => {
    current = Date.now();
    for (const one of listeners) one();
  }, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(ticking);
    ticking = undefined;
  };
}

const never = (): (() => void) => () => undefined;

/** Epoch milliseconds; a new value every second while `ticks`. */
function useNow(ticks = true): number {
  return useSyncExternalStore(ticks ? subscribe : never, () => current);
}

/** The day that it is, in epoch milliseconds; new at midnight only. */
function useToday(): number {
  return useSyncExternalStore(subscribe, () => new Date(current).setHours(0, 0, 0, 0));
}

/** An instant: short, with the whole date and time on hover. */
export function When({ at, none = '–' }: { readonly at: string | null; readonly none?: string }) {
  const today = useToday();
  if (at === null) return <span className="quiet">{none}</span>;
  return (
    <time dateTime={at} title={fullTime(at)} className="figures">
      {shortTime(at, today)}
    </time>
  );
}

/** How long ago an instant was; goes on by itself. */
export function Ago({ at, none = '–' }: { readonly at: string | null; readonly none?: string }) {
  const now = useNow(at !== null);
  if (at === null) return <span className="quiet">{none}</span>;
  return (
    <time dateTime={at} title={fullTime(at)} className="figures">
      {agoText(at, now)}
    </time>
  );
}

/** How long something takes or took; goes on by itself until it has ended. */
export function Took({ from, to }: { readonly from: string | null; readonly to: string | null }) {
  const now = useNow(from !== null && to === null);
  const ms = elapsed(from, to, now);
  if (ms === null) return <span className="quiet">–</span>;
  return <span className="figures">{durationText(ms)}</span>;
}
