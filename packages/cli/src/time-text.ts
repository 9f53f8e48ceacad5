const second = 1000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const units: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };

/** Reads `90m`, `4h` or `1d` as minutes; null when it is none of these. */
export function parseMinutes(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  return count === undefined || unit === undefined ? null : Number(count) * (units[unit] ?? 0);
}

/**
 * Reads an instant: `2026-11-22T02:00` (local time, or with `Z` or an offset), `02:00` (the next time the clock of this
 * machine shows that), or `+2h`. Null when it is none of these. `now` and the answer in epoch milliseconds.
 */
export function parseInstant(text: string, now: number): number | null {
  if (text.startsWith('+')) {
    const minutes = parseMinutes(text.slice(1));
    return minutes === null ? null : now + minutes * minute;
  }
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours !== undefined) {
    const today = new Date(now).setHours(Number(hours), Number(minutes), 0, 0);
    return today > now ? today : new Date(today + day).setHours(Number(hours), Number(minutes), 0, 0);
  }
  const isInstant = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?$/.test(text);
  const at = isInstant ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
