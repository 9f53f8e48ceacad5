import type {
  MaintenanceWindow,
  MaintenanceWindowDetail,
  WindowCheck,
  WindowInput,
} from '@patchbay/contracts/window';
import {
  type Opening,
  openingsBetween,
  openingsFrom,
  windowWarnings,
} from '@patchbay/domain/schedule/maintenance-window';
import { recurrenceInWords } from '@patchbay/domain/schedule/recurrence-words';
import { parseSelector } from '@patchbay/domain/selector/selector';
import type { Queryable } from '../db/queryable.ts';
import { readSettings } from '../db/settings.ts';
import { sharedEndpoints } from '../db/views/endpoint-windows.ts';
import { countSelected, emptyGroups, missingEndpoints } from '../db/views/selected-endpoints.ts';
import { allWindows, type StoredWindow } from '../db/windows.ts';

const lookAheadMs = 366 * 24 * 60 * 60 * 1000;

/** A maintenance window as lists show it; `now` in epoch milliseconds. */
export function showWindow(window: StoredWindow, now: number): MaintenanceWindow {
  const { version: _version, createdAt, updatedAt, ...rest } = window;
  const openings = openingsFrom(window, now);
  const first = openings.next().value ?? null;
  const isOpen = first !== null && first.opensAt <= now;
  return {
    ...rest,
    blackouts: [...window.blackouts],
    inWords: recurrenceInWords(window.recurrence),
    current: isOpen ? shown(first) : null,
    next: shown(isOpen ? (openings.next().value ?? null) : first),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

/** A maintenance window with how many endpoints it is for, and what one would hardly want of it (P-06, P-07). */
export async function showWindowDetail(
  db: Queryable,
  window: StoredWindow,
  now: number,
): Promise<MaintenanceWindowDetail> {
  return { ...showWindow(window, now), ...(await checkWindow(db, window, now)) };
}

/** What is said about a window that is saved or not; `id`: the one that it is, or is to replace. */
export async function checkWindow(
  db: Queryable,
  window: WindowInput & { readonly id: string | null },
  now: number,
): Promise<WindowCheck> {
  const parsed = parseSelector(window.endpoints);
  const selector = parsed.ok ? parsed.selector : [];
  const [members = 0] = await countSelected(db, [selector]);
  const missing = await missingEndpoints(db, selector);
  const empty = await emptyGroups(db, selector);
  const { 'window.bufferMinutes': buffer } = await readSettings(db);
  return {
    members,
    warnings: [
      ...windowWarnings(window, now, buffer),
      ...missing.map((name) => `There is no endpoint "${name}".`),
      ...empty.map((name) => `No endpoint belongs to the group "${name}" now.`),
      ...(members === 0 && empty.length + missing.length === 0 ? ['It is for no endpoint now.'] : []),
      ...(await overlaps(db, window, now)),
    ],
  };
}

/** An opening in answers. */
export function shown<Known extends Opening | null>(opening: Known) {
  return (
    opening && {
      opensAt: new Date(opening.opensAt).toISOString(),
      closesAt: new Date(opening.closesAt).toISOString(),
    }
  );
}

/** Windows that overlap on an endpoint are one there: that is allowed, and told. */
async function overlaps(
  db: Queryable,
  window: WindowInput & { readonly id: string | null },
  now: number,
): Promise<string[]> {
  const others = (await allWindows(db)).filter(({ id }) => id !== window.id);
  const own = openingsBetween(window, now, now + lookAheadMs);
  const overlapping = others.flatMap((other) => {
    const first = firstOverlap(own, openingsBetween(other, now, now + lookAheadMs));
    return first === null ? [] : [{ other, day: first }];
  });
  const counts = await sharedEndpoints(
    db,
    window,
    overlapping.map(({ other }) => other),
  );
  return overlapping.flatMap(({ other, day }, index) => {
    const count = counts[index] ?? 0;
    const on = count === 1 ? 'one endpoint' : `${count} endpoints`;
    return count === 0
      ? []
      : [`It overlaps with the window "${other.name}" on ${on}, first on ${day}: there they count as one.`];
  });
}

function firstOverlap(
  one: readonly (Opening & { readonly day: string })[],
  other: readonly Opening[],
): string | null {
  let place = 0;
  for (const { day, opensAt, closesAt } of one) {
    while ((other[place]?.closesAt ?? Number.POSITIVE_INFINITY) <= opensAt) place += 1;
    const next = other[place];
    if (next === undefined) return null;
    if (next.opensAt < closesAt) return day;
  }
  return null;
}
