import { parseSelector } from '@patchbay/domain/selector/selector';
import { countEndpoints } from '../count-endpoints.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';
import type { StoredWindow } from '../windows.ts';
import { placesSql, readPlaces } from './places.ts';
import { groupRules, selectorCondition } from './selected-endpoints.ts';

/** An endpoint and the ids of the windows that it has, sorted; none: it may be worked on at any time (P-06). */
export interface EndpointWindows {
  readonly endpoint: string;
  readonly windows: readonly string[];
}

/**
 * Which of the windows each endpoint has, in one walk over the endpoints; without `endpoints` for all that are not
 * revoked. Endpoints with the same windows share one array, and `timetables` of the rules works each set out once.
 */
export async function endpointWindows(
  db: Queryable,
  windows: readonly Pick<StoredWindow, 'id' | 'endpoints'>[],
  endpoints?: readonly string[],
): Promise<EndpointWindows[]> {
  const selected = windows.flatMap(({ id, endpoints: text }) => {
    const parsed = parseSelector(text);
    return parsed.ok ? [{ id, selector: parsed.selector }] : [];
  });
  const groups = await groupRules(
    db,
    selected.map(({ selector }) => selector),
  );
  const where = new Where().andThat('e.revoked_at is null').and('e.id = any (?::uuid[])', endpoints);
  const ordered = selected.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const has = placesSql(ordered.map(({ selector }) => selectorCondition(where, selector, groups)));
  const { rows } = await db.query<{ endpoint: string; has: string }>(
    `select e.id as endpoint, ${has} as has from endpoints e ${where.sql}`,
    where.values,
  );
  const placesOf = readPlaces();
  const sets = new Map<readonly number[], readonly string[]>();
  return rows.map(({ endpoint, has: text }) => {
    const places = placesOf(text);
    const own = sets.get(places) ?? places.flatMap((place) => ordered[place]?.id ?? []);
    sets.set(places, own);
    return { endpoint, windows: own };
  });
}

/** How many endpoints a window has in common with each of the others, counted in one walk over the endpoints. */
export async function sharedEndpoints(
  db: Queryable,
  window: Pick<StoredWindow, 'endpoints'>,
  others: readonly Pick<StoredWindow, 'endpoints'>[],
): Promise<number[]> {
  const selectors = [window, ...others].map(({ endpoints }) => {
    const parsed = parseSelector(endpoints);
    return parsed.ok ? parsed.selector : [];
  });
  const groups = await groupRules(db, selectors);
  const where = new Where();
  const [own, ...rest] = selectors.map((selector) => selectorCondition(where, selector, groups));
  return countEndpoints(
    db,
    where,
    rest.map((other) => `${own} and ${other}`),
  );
}
