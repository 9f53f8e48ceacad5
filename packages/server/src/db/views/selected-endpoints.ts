import type { OperatingSystem } from '@patchbay/domain/operating-system';
import type { Selector } from '@patchbay/domain/selector/selector';
import { isUuid } from '../page-of.ts';
import type { Queryable } from '../queryable.ts';
import { Where } from '../where.ts';

/** An endpoint that a selector names. */
export interface SelectedEndpoint {
  readonly id: string;
  readonly os: OperatingSystem;
}

/** Adds the condition that the endpoint `e` is one that the selector names. */
export function whereSelected(where: Where, selector: Selector): Where {
  const terms = selector.map((term): string => {
    switch (term.kind) {
      case 'all':
        return 'true';
      case 'endpoint':
        return isUuid(term.endpoint)
          ? `e.id = ${where.value(term.endpoint)}`
          : `lower(e.name) = lower(${where.value(term.endpoint)})`;
      case 'tag':
        return `e.tags ->> ${where.value(term.tag)} = ${where.value(term.value)}`;
      case 'os':
        return `e.os = ${where.value(term.os)}`;
    }
  });
  return where.andThat(terms.join(' or '));
}

/** The endpoints that a selector names, without revoked ones. */
export async function selectedEndpoints(db: Queryable, selector: Selector): Promise<SelectedEndpoint[]> {
  const where = whereSelected(new Where().andThat('e.revoked_at is null'), selector);
  const { rows } = await db.query<SelectedEndpoint>(
    `select e.id, e.os from endpoints e ${where.sql} order by e.id`,
    where.values,
  );
  return rows;
}

/** Which of the endpoints that a selector names one by one do not exist, as they are named there. */
export async function missingEndpoints(db: Queryable, selector: Selector): Promise<string[]> {
  const named = selector.flatMap((term) => (term.kind === 'endpoint' ? [term.endpoint] : []));
  if (named.length === 0) return [];
  const { rows } = await db.query<{ name: string }>(
    `select wanted.name from unnest($1::text[]) with ordinality as wanted (name, place)
     where not exists (
       select from endpoints e where e.revoked_at is null
         and (e.id::text = lower(wanted.name) or lower(e.name) = lower(wanted.name))
     ) order by place`,
    [named],
  );
  return rows.map((row) => row.name);
}
