import type { Queryable } from './queryable.ts';

/** What a text means in a search for activities: names of tasks, the cycles that run them, ids of endpoints. */
export interface ActivityMatches {
  readonly names: readonly string[];
  readonly cycles: readonly number[];
  readonly endpoints: readonly string[];
}

/**
 * Finds the tasks and endpoints whose names contain a text. There are few of them beside the activities, so looking
 * through them first keeps the search quick at a million rows (O-01).
 */
export async function matchActivities(db: Queryable, text: string): Promise<ActivityMatches> {
  // Each distinct name is one step through the index, however many cycles have it.
  const { rows } = await db.query<ActivityMatches>(
    `with recursive known as (
       (select name from cycle_tasks order by name limit 1)
       union all
       select (select next.name from cycle_tasks next where next.name > known.name order by next.name limit 1)
       from known where known.name is not null
     ), matching as (select name from known where position(lower($1) in lower(name)) > 0)
     select array(select name from matching) as names,
       array(select distinct cycle from cycle_tasks where name in (select name from matching)) as cycles,
       array(select id from endpoints where position(lower($1) in lower(name)) > 0) as endpoints`,
    [text],
  );
  return rows[0] ?? { names: [], cycles: [], endpoints: [] };
}
