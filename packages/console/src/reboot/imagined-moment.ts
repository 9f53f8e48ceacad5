import type { Moment } from '@patchbay/domain/reboot/moment';
import { zoneAt } from '@patchbay/domain/reboot/zone';

const hourMs = 3_600_000;

/** The clocks of an imagined endpoint in the reader's time zone: pictures show the times that the reader would see. */
export function imaginedMoment(at: number): Moment {
  return { at, up: hourMs, zone: zoneAt(at, (time) => Math.round(-new Date(time).getTimezoneOffset())) };
}

/** The next full hour. */
export function nextHour(now: number): number {
  return Math.ceil((now + 1) / hourMs) * hourMs;
}

/** A moment as a field for date and time holds it, in the reader's time; empty for null. */
export function localField(at: number | null): string {
  if (at === null) return '';
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What such a field holds as a moment; null while it is empty or not complete. */
export function fieldMoment(text: string): number | null {
  const at = new Date(text).getTime();
  return Number.isNaN(at) ? null : at;
}
