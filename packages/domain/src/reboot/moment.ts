/** The offset from UTC where the endpoint is, and its next change (summer time) where one is near. */
export interface Zone {
  /** Minutes to add to UTC. */
  readonly offsetMinutes: number;
  /** null: the offset stays for at least the next two weeks. `at` is an epoch millisecond. */
  readonly change: { readonly at: number; readonly offsetMinutes: number } | null;
}

/**
 * The endpoint's clocks at one moment. A flow lives within one boot, so whatever lasts is counted on the clock of that
 * boot, which goes on during sleep and which nobody can set; the wall clock is for what people read.
 */
export interface Moment {
  /** The wall clock, epoch milliseconds. */
  readonly at: number;
  /** Milliseconds since the endpoint was booted, sleep included. */
  readonly up: number;
  readonly zone: Zone;
}

/** The wall clock's reading at a time of the boot's clock, as far as is known now. */
export function wallTime(now: Moment, up: number): number {
  return now.at + (up - now.up);
}

/** When, on the boot's clock, the wall clock will read `at`, as far as is known now. */
export function bootTime(now: Moment, at: number): number {
  return now.up + (at - now.at);
}

/** Where the hands of the local clock point at an epoch millisecond. */
export interface LocalTime {
  /** Days since 1 January 1970, local. */
  readonly day: number;
  readonly minuteOfDay: number;
}

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

/** The local time at an epoch millisecond. */
export function localTime(zone: Zone, at: number): LocalTime {
  const minutes = Math.floor(at / minuteMs) + offsetAt(zone, at);
  const day = Math.floor(minutes / minutesOfDay);
  return { day, minuteOfDay: minutes - day * minutesOfDay };
}

/**
 * The epoch millisecond of a local time. A time that the change to summer time leaves out moves forward by what was
 * left out; of a time that comes twice it is the first.
 */
export function epochOf(zone: Zone, { day, minuteOfDay }: LocalTime): number {
  const utc = (day * minutesOfDay + minuteOfDay) * minuteMs;
  const before = utc - zone.offsetMinutes * minuteMs;
  if (zone.change === null || before < zone.change.at) return before;
  // Left out: by the old offset it is past the change, by the new one before it.
  const after = utc - zone.change.offsetMinutes * minuteMs;
  return after < zone.change.at ? before : after;
}

function offsetAt(zone: Zone, at: number): number {
  return zone.change !== null && at >= zone.change.at ? zone.change.offsetMinutes : zone.offsetMinutes;
}
