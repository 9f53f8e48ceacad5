import type { TaskRunInput } from '@patchbay/contracts/task';

/** How a start is chosen. */
export type StartWay = 'now' | 'at' | 'repeat';

/** The form of a start. */
export interface Start {
  readonly way: StartWay;
  /** As a field for date and time holds it: `2026-11-21T02:30`, in the browser's time. */
  readonly local: string;
  /** How late it may start; empty: however late. */
  readonly withinMinutes: string;
  readonly everyMinutes: number;
  readonly spreadMinutes: number;
}

const hourMs = 3_600_000;

/** At once; should another way be chosen, at the next full hour, repeated each hour. */
export function startNow(now: number): Start {
  const next = new Date(Math.ceil((now + 1) / hourMs) * hourMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`;
  return {
    way: 'now',
    local: `${day}T${two(next.getHours())}:${two(next.getMinutes())}`,
    withinMinutes: '',
    everyMinutes: 60,
    spreadMinutes: 0,
  };
}

/** The instant of a start that is not at once; null while it is not complete. */
export function startTime({ local }: Start): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The part of a request that says when. */
export function startRequest(
  start: Start,
): Partial<Pick<TaskRunInput, 'at' | 'withinMinutes' | 'everyMinutes' | 'spreadMinutes'>> {
  const { way, withinMinutes, everyMinutes, spreadMinutes } = start;
  if (way === 'now') return {};
  const at = startTime(start);
  return way === 'repeat'
    ? { at, everyMinutes, spreadMinutes }
    : { at, spreadMinutes, withinMinutes: withinMinutes === '' ? null : Number(withinMinutes) };
}
