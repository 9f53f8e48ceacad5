import { Temporal } from 'temporal-polyfill';
import { type CalendarDay, dayText } from './calendar-day.ts';

/** Whether there is a time zone of this name, such as `Europe/Berlin`; a mere offset such as `+02:00` is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+-]*(?:\/[\w+-]+)*$/.test(name)) return false;
  try {
    return Number.isFinite(instantOf(0, '00:00', name));
  } catch {
    return false;
  }
}

/**
 * The instant of a local time, in epoch milliseconds (P-06). A time that the clocks skip on that day is as much later
 * as they skip; of a time that comes twice it is the first.
 */
export function instantOf(day: CalendarDay, time: string, timeZone: string): number {
  const plainTime = Temporal.PlainTime.from(time);
  return Temporal.PlainDate.from(dayText(day)).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}

/** Minutes that a time zone adds to UTC at an instant (epoch milliseconds). */
export function offsetMinutesAt(at: number, timeZone: string): number {
  const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  return Math.round(offsetNanoseconds / 60e9);
}
