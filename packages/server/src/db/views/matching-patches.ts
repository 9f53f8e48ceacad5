import type { PatchFilterPreview } from '@patchbay/contracts/patch-filter';
import { passesFilter } from '@patchbay/domain/patch/select';
import type { PatchFilter } from '@patchbay/domain/patch/selection';
import type { Queryable } from '../queryable.ts';
import { allPatches, type KnownPatch } from './selected-patches.ts';

/** How many of the patches that are applicable now pass a filter, and to how many endpoints one of them is (P-02). */
export interface FilterMatches {
  readonly patches: number;
  readonly endpoints: number;
}

/** What each of the filters matches now. */
export async function countMatches(
  db: Queryable,
  filters: readonly PatchFilter[],
): Promise<readonly FilterMatches[]> {
  if (filters.length === 0) return [];
  const known = await allPatches(db);
  const passing = filters.map((filter) => idsOf(known.filter((patch) => passesFilter(patch, filter))));
  const endpoints = await countTouched(db, passing);
  return passing.map((ids, index) => ({ patches: ids.length, endpoints: endpoints[index] ?? 0 }));
}

/** What a filter matches now, and those of the patches that are applicable to the most endpoints. */
export async function matchingPatches(
  db: Queryable,
  filter: PatchFilter,
  limit: number,
): Promise<PatchFilterPreview> {
  const passing = (await allPatches(db)).filter((patch) => passesFilter(patch, filter));
  const [endpoints = 0] = await countTouched(db, [idsOf(passing)]);
  const patches = passing
    .toSorted((one, other) => other.endpoints - one.endpoints || (one.id < other.id ? -1 : 1))
    .slice(0, limit)
    .map(shown);
  return { matches: { patches: passing.length, endpoints }, patches };
}

/** To how many endpoints any patch of each set is applicable, all counted in one walk: a bit stands for each set. */
async function countTouched(db: Queryable, sets: readonly (readonly string[])[]): Promise<number[]> {
  const ids = [...new Set(sets.flat())];
  const members = sets.map((set) => new Set(set));
  const bits = ids.map((id) => members.map((set) => (set.has(id) ? '1' : '0')).join(''));
  const { rows } = await db.query<{ bits: string; endpoints: number }>(
    `select bits::text, count(*)::int as endpoints from (
       select bit_or(sets.bits::varbit) as bits
       from unnest($1::text[], $2::text[]) as sets (id, bits) join endpoint_patches p on p.id = sets.id
       join endpoints e on e.id = p.endpoint and e.revoked_at is null
       group by p.endpoint
     ) as touched group by bits`,
    [ids, bits],
  );
  return sets.map((_, place) =>
    rows.reduce((sum, { bits: touched, endpoints }) => sum + (touched[place] === '1' ? endpoints : 0), 0),
  );
}

function shown(patch: KnownPatch): PatchFilterPreview['patches'][number] {
  const { id, title, package: name, classification, severity, cves, endpoints } = patch;
  return { id, title, package: name, classification, severity, cves: [...cves], endpoints };
}

function idsOf(patches: readonly { readonly id: string }[]): string[] {
  return patches.map(({ id }) => id);
}
